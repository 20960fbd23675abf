// Showing things. All text enters the document as text, never as HTML.

function element(id) {
  return document.getElementById(id);
}

function write(id, text) {
  element(id).textContent = text;
}

// announce tells people who listen to the page what happened.
function announce(text) {
  write("status", "");
  requestAnimationFrame(() => write("status", text));
}

// go shows one step, hides the others, and moves the focus to its heading.
function go(step) {
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = section.id !== step;
  }
  progress(step);
  const heading = element(step + "-title");
  if (heading) {
    document.title = heading.textContent;
    heading.focus();
    scrollTo(0, 0);
  }
}

function progress(step) {
  const list = element("progress");
  const items = [...list.children];
  const at = items.findIndex((item) => item.dataset.step === step);
  list.hidden = at < 0;
  items.forEach((item, i) => {
    item.classList.toggle("past", i < at);
    if (i === at) {
      item.setAttribute("aria-current", "step");
    } else {
      item.removeAttribute("aria-current");
    }
  });
}

// complain shows what went wrong beside the field that it is about; "" takes
// it back.
function complain(step, field, text) {
  const message = element(step + "-message");
  message.hidden = text === "";
  message.textContent = text;
  if (!field) {
    return;
  }
  if (text) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  } else {
    field.removeAttribute("aria-invalid");
  }
}

// onSubmit runs work when a form is sent, once at a time: meanwhile its button
// says so and does nothing.
function onSubmit(id, work) {
  const form = element(id);
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") {
      return;
    }
    button.setAttribute("aria-disabled", "true");
    try {
      await work();
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}
