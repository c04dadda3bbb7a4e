// Talking to the playground's server, and what this browser tab remembers.

/** A JSON answer. Throws an Error whose message can be shown; `unreachable` tells that nothing answered at all. */
export async function call(path, patience, body) {
  const post = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(path, { ...post, cache: "no-store", signal: AbortSignal.timeout(patience) });
  } catch (cause) {
    throw Object.assign(new Error("The playground is not answering.", { cause }), { unreachable: true });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok && (answer.replies || answer.people || answer.now)) return answer;
  if (response.status === 413) throw new Error("This is longer than the playground takes.");
  throw new Error(answer.problem ?? `The playground answered in an unexpected way (${response.status}).`);
}

/** An event with a key of its own, which it keeps however often it is sent: a resend has one effect. */
export const newEvent = (what) => ({ ...what, key: crypto.randomUUID() });

/**
 * What this tab keeps under a name: a reload loses nothing, closing the tab forgets. Nothing of a private window
 * is ever given to it. Storage can be full or forbidden; then the page works on and only a reload forgets.
 */
export const memory = {
  get(name, otherwise) {
    try {
      return JSON.parse(sessionStorage.getItem(`candour:${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      sessionStorage.setItem(`candour:${name}`, JSON.stringify(value));
    } catch (error) {
      console.warn("This tab's storage is full; a reload will forget the latest messages.", error);
    }
  },
};
