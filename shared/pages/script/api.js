// Calls of the API with the page's token. The answer is {ok, status, body};
// without any answer, or one that cannot be read, status is 0.

// patience is how long a call may take, in milliseconds: longer than the
// gateway waits for the service.
const patience = 35000;

async function call(method, path, content) {
  const request = {
    method,
    headers: { Authorization: "Bearer " + token },
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(patience),
  };
  if (content) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(content);
  }
  try {
    const response = await fetch(path, request);
    const text = await response.text();
    return { ok: response.ok, status: response.status, body: parse(text, response.ok) };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}

// parse reads an answer. The gateway's own refusals may hold no JSON; an
// answer that should hold some and does not is no answer.
function parse(text, needed) {
  try {
    return JSON.parse(text);
  } catch (broken) {
    if (needed) {
      throw broken;
    }
    return {};
  }
}
