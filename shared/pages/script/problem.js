// What refusals mean to a person. ends is true where this link is good for
// nothing more, restarts where the enrolment must be begun again.
const newLink = "Ask your administrator for a new link.";
const meanings = {
  token_expired: { ends: true, title: "This link has expired", text: "A link works for a limited time. " + newLink },
  link_used: { ends: true, title: "This link is no longer valid", text: "It was used already, or replaced by a newer one. If you have set up your app, sign in as usual; otherwise ask your administrator for a new link." },
  unauthenticated: { ends: true, title: "This link does not work", text: "It may be incomplete. Open it again exactly as you got it, or ask your administrator for a new one." },
  factor_already_active: { ends: true, title: "Two-step sign-in is on already", text: "An authenticator app is connected to your account. Sign in with its code. If you have lost it, ask your administrator for a reset." },
  not_available: { ends: true, title: "Two-step sign-in is switched off", text: "Your organisation does not use it at the moment. Ask your administrator." },
  deleting: { ends: true, title: "This link cannot be used", text: "Your organisation’s account is being closed." },
  forbidden: { ends: true, title: "This link cannot be used", text: "Your account may not be set up with it. Ask your administrator." },
  no_pending_enrollment: { restarts: true, text: "This took too long, or was begun again elsewhere. Please start again." },
  not_confirmed: { restarts: true, text: "Something changed meanwhile. Please start again." },
  invalid: { text: "Enter the six digits that the app shows." },
  conflict: { text: "Something changed at the same moment. Please try again." },
  rate_limited: { text: "Too many requests." },
  throttled: { text: "Too many wrong codes." },
  unavailable: { text: "The service cannot answer right now. Nothing was lost." },
};

// explain turns an answer that is not ok into {text, ends, restarts, title,
// reference}.
function explain(answer) {
  const problem = answer.body;
  if (answer.status === 0) {
    return { text: "There is no connection to the service. Check your network and try again." };
  }
  const reference = problem.request_id ? "Reference for your administrator: " + problem.request_id : "";
  if (problem.code === "code_wrong") {
    return wrongCode(problem.attempts_left, reference);
  }
  const known = meanings[problem.code];
  if (!known) {
    return { reference, text: (problem.detail || "The service could not do this.") + " Please try again." };
  }
  return { ...known, reference, text: known.text + later(answer.status, problem.retry_at) };
}

function wrongCode(left, reference) {
  if (left === 0) {
    return { restarts: true, reference, text: "That was one wrong code too many. Please start again." };
  }
  const tries = left === 1 ? " One try is left." : left ? " " + left + " tries are left." : "";
  return { text: "That code is not right. Enter the one that the app shows now; the phone’s clock must be set automatically." + tries };
}

// later says when to try again, where the service asks to wait.
function later(status, at) {
  if (status !== 429 && status !== 503) {
    return "";
  }
  const seconds = Math.ceil((Date.parse(at) - Date.now()) / 1000);
  if (!(seconds > 90)) {
    return " Please try again in a minute.";
  }
  return " Please try again in " + Math.ceil(seconds / 60) + " minutes.";
}
