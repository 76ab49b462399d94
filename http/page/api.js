// Requests. An answer is {status, data, retryAfter}; no answer at all throws `Unreachable`.

export class Unreachable extends Error {}

/**
 * @param {string} method
 * @param {string} path
 * @param {object=} body sent as JSON
 * @param {{signal?: AbortSignal, seconds?: number}=} options `seconds` until we give up
 */
export async function request(method, path, body, options) {
  const { signal, seconds = 20 } = options || {};
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  if (signal) {
    if (signal.aborted) throw new Unreachable('aborted');
    signal.addEventListener('abort', onAbort);
  }
  const timer = setTimeout(() => stop.abort(), seconds * 1000);
  try {
    const init = { method, cache: 'no-store', credentials: 'same-origin', signal: stop.signal };
    if (body !== undefined) {
      init.headers = { 'Content-Type': 'application/json' };
      init.body = JSON.stringify(body);
    }
    const answer = await fetch(path, init);
    const text = await answer.text();
    let data = null;
    try {
      data = text ? JSON.parse(text) : null;
    } catch (e) {
      // A proxy's own page, with a status that says enough.
    }
    // An answer that is no JSON with a good status comes from somebody else than Linger.
    if (answer.ok && text && data === null) throw new Unreachable('not an answer of Linger');
    const retryAfter = Number(answer.headers.get('Retry-After')) || 0;
    return { status: answer.status, data, retryAfter };
  } catch (e) {
    throw e instanceof Unreachable ? e : new Unreachable(String(e));
  } finally {
    clearTimeout(timer);
    if (signal) signal.removeEventListener('abort', onAbort);
  }
}

/** The error's code, "" where there is none. */
export function codeOf(answer) {
  const error = answer.data && answer.data.error;
  return (error && error.code) || '';
}
