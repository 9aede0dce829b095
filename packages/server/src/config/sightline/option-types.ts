/** The kinds of values that options have: how their text is read, and what a person is told when it is wrong. */
import { parseDurationMs } from '@sightline/model';
import { parseBase2Bytes } from '../../lib/yaml-units.ts';

/** `host` is never empty: a bare port means this host only. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

interface OptionValues {
  readonly text: string;
  /** A file or folder, made absolute: against the folder of sightline.yml, or the working directory for flags and environment. */
  readonly path: string;
  readonly url: string;
  readonly address: ListenAddress;
  readonly addresses: readonly ListenAddress[];
  readonly boolean: boolean;
  /** Milliseconds. */
  readonly duration: number;
  /** Bytes. */
  readonly size: number;
  /** 0 or more. */
  readonly integer: number;
  readonly texts: readonly string[];
  readonly choice: string;
}

export type OptionType = keyof OptionValues;

export type Parsed<TValue> = { readonly value: TValue } | { readonly problem: string; readonly hint?: string };

/** Reads one text as the type says; lists are split at commas. */
export function parseOption(type: OptionType, text: string, choices: readonly string[] = []): Parsed<unknown> {
  switch (type) {
    case 'text':
    case 'path':
      return { value: text };
    case 'url':
      return parseUrl(text);
    case 'address':
      return parseAddress(text);
    case 'addresses':
      return parseAddresses(splitList(text));
    case 'boolean':
      return parseBoolean(text);
    case 'duration':
      return parseDuration(text);
    case 'size':
      return parseSize(text);
    case 'integer':
      return parseInteger(text);
    case 'texts':
      return { value: splitList(text) };
    case 'choice':
      return choices.includes(text)
        ? { value: text }
        : { problem: `\`${text}\` is not one of ${choices.join(', ')}`, hint: `use one of: ${choices.join(', ')}` };
  }
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseUrl(text: string): Parsed<string> {
  if (text === '') return { value: '' };
  const isUrl = URL.canParse(text) && /^https?:\/\/[^/]/i.test(text);
  return isUrl
    ? { value: text }
    : { problem: 'this is not an http or https URL', hint: 'write it as `http://host:port`' };
}

/** `host:port`, `[::1]:port`, `:port` (every address of this host) or `port` (this host only). */
function parseAddress(text: string): Parsed<ListenAddress> {
  const match = /^(?:(\[[0-9A-Fa-f:.]+\]|[^:[\]\s/]*):)?([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[2] ?? Number.NaN);
  if (match === null || !(port <= 65_535)) {
    return {
      problem: `\`${text}\` is not an address to listen on`,
      hint: 'write `host:port`, such as `127.0.0.1:7070`',
    };
  }
  const host = match[1];
  if (host === undefined) return { value: { host: '127.0.0.1', port } };
  return { value: { host: host === '' ? '0.0.0.0' : host.replace(/^\[|\]$/g, ''), port } };
}

function parseAddresses(parts: readonly string[]): Parsed<readonly ListenAddress[]> {
  const addresses: ListenAddress[] = [];
  for (const part of parts) {
    const parsed = parseAddress(part);
    if ('problem' in parsed) return parsed;
    addresses.push(parsed.value);
  }
  return { value: addresses };
}

function parseBoolean(text: string): Parsed<boolean> {
  const lower = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(lower)) return { value: true };
  if (['false', '0', 'no', 'off', ''].includes(lower)) return { value: false };
  return { problem: `\`${text}\` is neither true nor false`, hint: 'write `true` or `false`' };
}

function parseDuration(text: string): Parsed<number> {
  const value = parseDurationMs(text);
  if (value !== undefined) return { value };
  const hint = /^[0-9]+$/.test(text)
    ? `add a unit: \`${text}s\` for seconds`
    : 'write it as `15s`, `5m`, `1h30m` or `15d`';
  return { problem: `\`${text}\` is not a duration`, hint };
}

function parseSize(text: string): Parsed<number> {
  const value = parseBase2Bytes(text);
  if (value !== undefined && value >= 0) return { value };
  return { problem: `\`${text}\` is not a size`, hint: 'write a number and a unit, such as `32MB`' };
}

function parseInteger(text: string): Parsed<number> {
  const plain = text.replaceAll('_', '');
  const value = Number(plain);
  if (/^[0-9]+$/.test(plain) && Number.isSafeInteger(value)) return { value };
  return { problem: `\`${text}\` is not a whole number, 0 or more` };
}

/** The value as a person writes it. */
export function formatAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Addresses that only this host can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
