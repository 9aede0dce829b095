/** W3C Baggage (w3.org/TR/baggage): the `baggage` header, read and written within the limits of the specification. */
import type { Baggage } from './store.ts';

/** What section 3.3.2 asks every implementation to carry; more is left out. */
const MAX_BYTES = 8192;
const MAX_MEMBERS = 64;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Properties of a member: printable ASCII without the comma that would begin another member. */
const PROPERTIES = /^[\t\x20-\x2b\x2d-\x7e]*$/;

/** Members of the header; those that do not conform are left out. Undefined when none is left. */
export function parseBaggage(header: string): Baggage | undefined {
  if (header.length > MAX_BYTES) return undefined;
  const members = new Map<string, { value: string; metadata?: string }>();
  for (const part of header.split(',', MAX_MEMBERS)) {
    const semicolon = part.indexOf(';');
    const pair = semicolon === -1 ? part : part.slice(0, semicolon);
    const equals = pair.indexOf('=');
    const key = pair.slice(0, equals).trim();
    if (equals <= 0 || !TOKEN.test(key)) continue;
    const value = percentDecoded(pair.slice(equals + 1).trim());
    const metadata = semicolon === -1 ? '' : part.slice(semicolon + 1).trim();
    members.set(key, metadata === '' || !PROPERTIES.test(metadata) ? { value } : { value, metadata });
  }
  return members.size === 0 ? undefined : members;
}

/**
 * The header of a baggage, undefined when empty. Members that would pass the limits and properties that are no header text are
 * left out: they may come from a program or a queue.
 */
export function formatBaggage(baggage: Baggage): string | undefined {
  let text = '';
  let members = 0;
  for (const [key, { value, metadata }] of baggage) {
    if (members === MAX_MEMBERS) break;
    if (!TOKEN.test(key)) continue;
    const properties = metadata === undefined || !PROPERTIES.test(metadata) ? '' : `;${metadata}`;
    const member = `${key}=${encodeURIComponent(String(value).toWellFormed())}${properties}`;
    if (text.length + 1 + member.length > MAX_BYTES) continue;
    text = text === '' ? member : `${text},${member}`;
    members++;
  }
  return text === '' ? undefined : text;
}

/** Section 3.3.1: octets that are not UTF-8 become U+FFFD; a percent sign that begins no octet stands for itself. */
function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (octets) =>
      Buffer.from(octets.replaceAll('%', ''), 'hex').toString('utf8'),
    );
  }
}
