// Handing something over to the person: by the clipboard or as a file.

// offerCopy lets a button copy what text() returns. Browsers without a
// clipboard for pages get no button.
function offerCopy(id, text, copied) {
  const button = element(id);
  button.hidden = !navigator.clipboard;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(text());
      announce(copied);
      button.classList.add("worked");
      setTimeout(() => button.classList.remove("worked"), 2000);
    } catch {
      announce("Copying did not work. Select the text and copy it by hand.");
    }
  };
}

// download saves text as a file. The address of its content dies at once.
function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
