/** W3C Baggage (w3.org/TR/baggage): the `baggage` header, read and written within the limits of the specification. */
import type { Baggage } from './store.ts';

const MAX_BYTES = 8192;
const MAX_MEMBERS = 64;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Members of the header; those that do not conform are left out. Undefined when none is left. */
export function parseBaggage(header: string): Baggage | undefined {
  if (header.length > MAX_BYTES) return undefined;
  const members = new Map<string, { value: string; metadata?: string }>();
  for (const part of header.split(',', MAX_MEMBERS)) {
    const [pair = '', ...properties] = part.split(';');
    const equals = pair.indexOf('=');
    const key = pair.slice(0, equals).trim();
    if (equals <= 0 || !TOKEN.test(key)) continue;
    const value = decode(pair.slice(equals + 1).trim());
    if (value === undefined) continue;
    const metadata = properties.join(';').trim();
    members.set(key, metadata === '' ? { value } : { value, metadata });
  }
  return members.size === 0 ? undefined : members;
}

/** The header of a baggage, undefined when empty; members that would pass the limits are left out. */
export function formatBaggage(baggage: Baggage): string | undefined {
  let text = '';
  let members = 0;
  for (const [key, { value, metadata }] of baggage) {
    if (!TOKEN.test(key) || members === MAX_MEMBERS) continue;
    const member = `${key}=${encodeURIComponent(value.toWellFormed())}${metadata === undefined ? '' : `;${metadata}`}`;
    if (text.length + 1 + member.length > MAX_BYTES) continue;
    text = text === '' ? member : `${text},${member}`;
    members++;
  }
  return text === '' ? undefined : text;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
