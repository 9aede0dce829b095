/** The text of an option as sightline.yml gives it: one scalar, or a list for the options that are lists. */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import type { OptionType } from './option-types.ts';

export interface OptionText {
  readonly text: string;
  readonly place: Cursor;
}

export function isScalarList(type: OptionType): boolean {
  return type === 'texts' || type === 'addresses';
}

/** Undefined (reported) when the value has the wrong shape. */
export function readOptionText(cursor: Cursor, type: OptionType): OptionText[] | undefined {
  if (!isScalarList(type)) return readOne(cursor, type);
  return cursor.list('a list')?.flatMap((item) => readOne(item, type) ?? []);
}

function readOne(cursor: Cursor, type: OptionType): OptionText[] | undefined {
  if (type === 'boolean') {
    const value = cursor.boolean();
    return value === undefined ? undefined : [{ text: String(value), place: cursor }];
  }
  const text = cursor.string(EXPECTED[type]);
  return text === undefined ? undefined : [{ text, place: cursor }];
}

const EXPECTED: Readonly<Record<OptionType, string>> = {
  text: 'text',
  path: 'a path',
  url: 'a URL',
  address: 'an address such as `127.0.0.1:7070`',
  addresses: 'an address such as `127.0.0.1:9090`',
  boolean: '`true` or `false`',
  duration: 'a duration such as `15s`',
  size: 'a size such as `32MB`',
  integer: 'a whole number',
  texts: 'text',
  choice: 'one word',
};
