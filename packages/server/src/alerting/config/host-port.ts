/** `host:port` as Go's net.SplitHostPort takes it apart. */
import { type Cursor, clip } from '../../lib/yaml-cursor.ts';

export interface HostPort {
  readonly host: string;
  /** A number or the name of a service. */
  readonly port: string;
}

/** Undefined when there is none, or it is wrong (reported). */
export function readHostPort(cursor: Cursor | undefined): HostPort | undefined {
  const text = cursor?.string('host and port');
  if (cursor === undefined || text === undefined || text === '') return undefined;
  const split = splitHostPort(text);
  if (typeof split !== 'string') return split;
  return cursor.error({
    code: 'alertmanager/host-port',
    message: `\`${clip(text)}\` is not host and port: ${split}`,
    hint: 'write it as `mail.example.org:587`, an IPv6 address in brackets',
  });
}

function splitHostPort(text: string): HostPort | string {
  const colon = text.lastIndexOf(':');
  if (colon === -1) return 'the port is missing';
  const port = text.slice(colon + 1);
  let host = text.slice(0, colon);
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    if (close === -1) return 'a `]` is missing';
    if (close !== colon - 1) return close === text.length - 1 ? 'the port is missing' : 'it has too many colons';
    host = text.slice(1, close);
  } else if (host.includes(':')) return 'it has too many colons';
  if (/[[\]]/.test(host) || /[[\]]/.test(port)) return 'it has a bracket in the wrong place';
  return port === '' ? 'the port is empty' : { host, port };
}
