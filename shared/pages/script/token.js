// The token comes in the URL's fragment, which no server sees. It is taken out
// of the address bar and of the history at once and kept in this variable
// alone: not in the document, not in any storage.
let token = "";

// takeToken reads the token and reports whether there is one.
function takeToken() {
  const fragment = location.hash.slice(1);
  if (location.hash || location.href.endsWith("#")) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  token = /^[A-Za-z0-9._~-]{1,4096}$/.test(fragment) ? fragment : "";
  return token !== "";
}

function forgetToken() {
  token = "";
}
