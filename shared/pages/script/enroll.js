// The page behind an enrolment link. Opening it asks only who it is for; the
// enrolment begins when the person says so, and is spent by "Done" alone.

// pendingLife is how long an enrolment stays open, in milliseconds. The
// service is the judge; here it says when to take the secret off the screen.
const pendingLife = 15 * 60 * 1000;

let session = {};
let account = {};
let lapse = 0;

async function open() {
  forgetSecrets();
  if (!takeToken()) {
    return end("This page needs its link", "Open the link again exactly as you got it. It works until the set-up is done.");
  }
  go("loading");
  await load();
}

async function load() {
  const answer = await call("GET", "v1/session");
  if (!answer.ok) {
    return fail(explain(answer));
  }
  session = answer.body;
  write("organisation", session.tenant_name);
  write("start-organisation", session.tenant_name);
  write("start-user", session.user);
  if (session.state === "active") {
    return fail(meanings.factor_already_active);
  }
  if (!session.may.includes("enroll")) {
    return fail(session.state === "not_available" ? meanings.not_available : meanings.forbidden);
  }
  element("start-again").hidden = true;
  complain("start", null, "");
  go("start");
}

async function begin() {
  complain("start", null, "");
  const answer = await call("POST", "v1/enrollment", {});
  if (!answer.ok) {
    return trouble("start", null, explain(answer));
  }
  showSecret(answer.body);
  go("scan");
}

function showSecret(body) {
  account = { name: body.account, issuer: body.issuer };
  write("scan-issuer", body.issuer);
  write("scan-account", body.account);
  write("scan-key", body.secret.match(/.{1,4}/g).join(" "));
  element("scan-picture").src = "data:image/png;base64," + body.qr_png;
  element("scan-code").value = "";
  complain("scan", element("scan-code"), "");
  offerCopy("scan-copy", () => element("scan-key").textContent.replaceAll(" ", ""), "The key was copied.");
  const left = Date.parse(body.expires_at) - Date.now();
  clearTimeout(lapse);
  lapse = setTimeout(() => restart(meanings.no_pending_enrollment.text), Math.min(Math.max(left, 60000), pendingLife));
}

async function confirm() {
  const field = element("scan-code");
  const code = field.value.replace(/[\s-]/g, "");
  if (!/^[0-9]{6}$/.test(code)) {
    return complain("scan", field, meanings.invalid.text);
  }
  complain("scan", field, "");
  const answer = await call("POST", "v1/enrollment/confirm", { code });
  if (!answer.ok) {
    field.select();
    return trouble("scan", field, explain(answer));
  }
  const codes = answer.body.backup_codes;
  if (codes.length === 0) {
    return complete("scan", field);
  }
  hideSecret();
  showCodes(codes, account, session.policy.recovery === "reset");
  complain("codes", element("codes-saved"), "");
  go("codes");
}

async function finish() {
  const saved = element("codes-saved");
  if (!saved.checked) {
    return complain("codes", saved, "Save them first, then tick this box.");
  }
  complain("codes", saved, "");
  return complete("codes", null);
}

// complete makes it count. It may be repeated when no answer came, and so may
// the code that confirmed.
async function complete(step, field) {
  const answer = await call("POST", "v1/enrollment/complete", { backup_codes_saved: true });
  if (!answer.ok) {
    return trouble(step, field, explain(answer));
  }
  forgetSecrets();
  forgetToken();
  go("done");
}

// trouble shows a refusal where the person is, unless it ends more than that.
function trouble(step, field, problem) {
  if (problem.ends) {
    return fail(problem);
  }
  if (problem.restarts) {
    return restart(problem.text);
  }
  complain(step, field, problem.text);
}

function restart(text) {
  forgetSecrets();
  element("start-again").hidden = false;
  go("start");
  complain("start", null, text);
}

function fail(problem) {
  if (problem.ends) {
    forgetToken();
  }
  end(problem.title || "That did not work", problem.text, problem.reference, !problem.ends);
}

function end(title, text, reference = "", again = false) {
  forgetSecrets();
  write("ended-title", title);
  write("ended-text", text);
  write("ended-reference", reference);
  element("ended-reference").hidden = !reference;
  element("ended-form").hidden = !again;
  go("ended");
}

function hideSecret() {
  write("scan-key", "");
  element("scan-picture").removeAttribute("src");
  element("scan-code").value = "";
  element("scan-copy").onclick = null;
}

function forgetSecrets() {
  clearTimeout(lapse);
  hideSecret();
  forgetCodes();
}

onSubmit("start-form", begin);
onSubmit("scan-form", confirm);
onSubmit("codes-form", finish);
onSubmit("ended-form", load);
// Another link may be opened in this tab, and a browser may keep the page to
// show it again later.
addEventListener("hashchange", open);
addEventListener("pagehide", () => {
  forgetSecrets();
  forgetToken();
});
addEventListener("pageshow", (event) => event.persisted && open());
open();
