/** Asks a peer a query over HTTP and reads the whole answer. */

/**
 * @param query expr; with step (seconds) also startMs and endMs, else timeMs
 * @returns milliseconds until the last byte, and the body
 */
export async function ask(peer, query) {
  const params = new URLSearchParams({ query: query.expr });
  if (query.step === undefined) params.set('time', String(query.timeMs / 1000));
  else {
    params.set('start', String(query.startMs / 1000));
    params.set('end', String(query.endMs / 1000));
    params.set('step', String(query.step));
  }
  // VictoriaMetrics moves the bounds of a range to make its cache hit; here everybody answers what was asked.
  if (query.isFresh !== false) params.set('nocache', '1');
  const path = query.step === undefined ? 'query' : 'query_range';
  const started = performance.now();
  const response = await fetch(`${peer.url}/api/v1/${path}?${params}`, { headers: { 'accept-encoding': 'identity' } });
  const body = Buffer.from(await response.arrayBuffer());
  const ms = performance.now() - started;
  if (!response.ok) throw new Error(`${peer.name}: ${query.expr}: ${response.status} ${body.toString().slice(0, 300)}`);
  return { ms, body };
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
