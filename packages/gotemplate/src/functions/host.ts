/** Host and port as Go's net package splits them, for stripPort and stripDomain. */
import { isIP } from 'node:net';

/** net.SplitHostPort: undefined when the text is not host:port. */
function splitHostPort(text: string): { host: string; port: string } | undefined {
  const bracketed = /^\[([^[\]]*)\]:([^:[\]]*)$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? '', port: bracketed[2] ?? '' };
  const plain = /^([^:[\]]*):([^:[\]]*)$/.exec(text);
  return plain === null ? undefined : { host: plain[1] ?? '', port: plain[2] ?? '' };
}

export function stripPort(text: string): string {
  return splitHostPort(text)?.host ?? text;
}

/** The host's first label, its port kept; addresses stay whole. */
export function stripDomain(text: string): string {
  const split = splitHostPort(text);
  const host = split?.host ?? text;
  if (isIP(host) !== 0) return text;
  const first = host.split('.', 1)[0] ?? '';
  if (split === undefined || split.port === '') return first;
  return `${first.includes(':') ? `[${first}]` : first}:${split.port}`;
}
