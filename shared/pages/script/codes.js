// Backup codes: shown, downloaded, copied; gone from the page afterwards.
let backupCodes = [];

// showCodes fills the step. account is {name, issuer}; resets is true where a
// code does not sign in but starts the set-up again.
function showCodes(codes, account, resets) {
  backupCodes = codes;
  const one = codes.length === 1;
  write("codes-title", one ? "Save your backup code" : "Save your backup codes");
  write("codes-use", use(one, resets));
  write("codes-keep", one
    ? "Keep it where only you can find it, not on the same phone. It is shown only now."
    : "Keep them where only you can find them, not on the same phone. They are shown only now.");
  write("codes-saved-label", one ? "The backup code has been saved" : "The backup codes have been saved");
  element("codes-saved").checked = false;
  element("codes-list").replaceChildren(...codes.map(item));
  element("codes-download").onclick = () => {
    download("backup-codes.txt", codesFile(account, resets));
    announce("Downloaded.");
  };
  offerCopy("codes-copy", () => backupCodes.join("\n"), "Copied.");
}

function use(one, resets) {
  if (resets) {
    return "If you lose your phone, " + (one ? "this code removes" : "one of these codes removes") + " the lost app, and you set up a new one.";
  }
  return one ? "If you lose your phone, this code signs you in instead, once." : "If you lose your phone, one of these codes signs you in instead. Each works once.";
}

function item(code) {
  const entry = document.createElement("li");
  const text = document.createElement("code");
  text.textContent = code;
  entry.append(text);
  return entry;
}

function codesFile(account, resets) {
  const lines = [
    (backupCodes.length === 1 ? "Backup code for " : "Backup codes for ") + account.name + " at " + account.issuer,
    "Made on " + new Date().toISOString().slice(0, 10),
    "",
    ...backupCodes,
    "",
    use(backupCodes.length === 1, resets),
    "Keep this file where only you can find it.",
  ];
  return lines.join("\r\n") + "\r\n";
}

function forgetCodes() {
  backupCodes = [];
  element("codes-list").replaceChildren();
  element("codes-download").onclick = null;
  element("codes-copy").onclick = null;
}
