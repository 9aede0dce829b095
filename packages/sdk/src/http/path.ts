/** Paths of requests: what metrics, spans and lines may show of an address. */

const MAX_PATH = 2048;

/** The path of a request target, without query; a proxy's absolute form loses scheme and host (RFC 9112, 3.2). */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  let path = query < 0 ? target : target.slice(0, query);
  if (path.charCodeAt(0) !== 47) path = /^https?:\/\/[^/]*(\/.*)?$/i.exec(path)?.[1] ?? '/';
  return path.length > MAX_PATH ? path.slice(0, MAX_PATH) : path;
}
