/** The `http_headers` of a client; those that are secrets are read at each use. */
import type { HttpClientConfig, Secret } from '../../../config/prometheus/types.ts';

/** By lower-case name. */
export async function customHeaders(config: HttpClientConfig): Promise<Record<string, string[]>> {
  const out: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(config.httpHeaders)) {
    out[name.toLowerCase()] = await Promise.all(values.map(headerValue));
  }
  return out;
}

async function headerValue(value: string | Secret): Promise<string> {
  return typeof value === 'string' ? value : (await value.read()).trim();
}
