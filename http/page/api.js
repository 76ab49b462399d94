// HTTP requests to Linger. A response is {status, data, retryAfter}: `data` is its JSON, or null;
// `retryAfter` is in seconds, or 0. A request that gets no response throws `Unreachable`.

export class Unreachable extends Error {}

/**
 * @param {string} method
 * @param {string} path
 * @param {object=} body sent as JSON
 * @param {{signal?: AbortSignal, seconds?: number}=} options `seconds` until the request is aborted
 */
export async function request(method, path, body, options) {
  const { signal, seconds = 20 } = options || {};
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal) {
    if (signal.aborted) throw new Unreachable('aborted');
    signal.addEventListener('abort', abort);
  }
  const timer = setTimeout(abort, seconds * 1000);
  try {
    // no-store: identical URLs would otherwise wait for each other on the lock of the HTTP cache.
    const init = { method, cache: 'no-store', credentials: 'same-origin', signal: controller.signal };
    if (body !== undefined) {
      init.headers = { 'Content-Type': 'application/json' };
      init.body = JSON.stringify(body);
    }
    const response = await fetch(path, init);
    const text = await response.text();
    let data = null;
    try {
      data = text ? JSON.parse(text) : null;
    } catch (e) {
      // The error page of a proxy: the status is enough.
    }
    // A success that is not JSON is not from Linger (a captive portal, for example).
    if (response.ok && text && data === null) throw new Unreachable('not a response of Linger');
    const retryAfter = Number(response.headers.get('Retry-After')) || 0;
    return { status: response.status, data, retryAfter };
  } catch (e) {
    throw e instanceof Unreachable ? e : new Unreachable(String(e));
  } finally {
    clearTimeout(timer);
    if (signal) signal.removeEventListener('abort', abort);
  }
}

/** The code of an error response; "" where there is none. */
export function errorCode(response) {
  const error = response.data && response.data.error;
  return (error && error.code) || '';
}
