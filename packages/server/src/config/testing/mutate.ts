/** Seeded mistakes in a good configuration: the same seed gives the same text. */
import { Document, parse } from 'yaml';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** mulberry32 */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const VALUES: readonly Json[] = [
  null,
  true,
  0,
  5,
  -3,
  1.5,
  '',
  'text',
  'yes',
  '15',
  '15s',
  '0s',
  '1h30m',
  '30m1h',
  '10MB',
  '10',
  'http://h:abc/x',
  'a/b',
  '(',
  '$1',
  'a b',
  [],
  ['a'],
  [null],
  [5],
  [[]],
  {},
  { a: 'b' },
];

interface Slot {
  readonly parent: Json[] | { [key: string]: Json };
  readonly key: string | number;
}

/** The good configuration with one mistake (which may happen to be none) in its structure. */
export function mutateStructure(good: string, seed: number): string {
  const random = createRandom(seed);
  const root: Json = parse(good, { version: '1.1' });
  const slots: Slot[] = [];
  collect(root, slots);
  const slot = pick(slots, random);
  apply(slot, slots, random);
  const document = new Document(root, { version: '1.1' });
  return document.toString().replace(/^%YAML 1\.1\n---\n/, '');
}

function apply(slot: Slot, slots: readonly Slot[], random: () => number): void {
  const { parent, key } = slot;
  const kind = Math.floor(random() * 10);
  if (Array.isArray(parent)) {
    const index = Number(key);
    if (kind < 2) parent.splice(index, 1);
    else if (kind < 4) parent.push(structuredClone(parent[index] ?? null));
    else parent[index] = structuredClone(pick(VALUES, random));
    return;
  }
  const name = String(key);
  if (kind < 2) delete parent[name];
  else if (kind < 4) rename(parent, name, random);
  else if (kind < 6) graft(parent, slots, random);
  else parent[name] = structuredClone(pick(VALUES, random));
}

function rename(parent: { [key: string]: Json }, name: string, random: () => number): void {
  const at = Math.floor(random() * name.length);
  const typo =
    random() < 0.5 ? name.slice(0, at) + name.slice(at + 1) : name.slice(0, at) + name.charAt(at) + name.slice(at);
  parent[typo === '' ? 'x' : typo] = parent[name] ?? null;
  delete parent[name];
}

/** A key that is right elsewhere stands here. */
function graft(parent: { [key: string]: Json }, slots: readonly Slot[], random: () => number): void {
  const other = pick(
    slots.filter((slot) => !Array.isArray(slot.parent)),
    random,
  );
  parent[String(other.key)] = structuredClone((other.parent as { [key: string]: Json })[String(other.key)] ?? null);
}

function collect(node: Json, slots: Slot[]): void {
  if (Array.isArray(node)) {
    for (const [index, child] of node.entries()) {
      slots.push({ parent: node, key: index });
      collect(child, slots);
    }
  } else if (typeof node === 'object' && node !== null) {
    for (const [key, child] of Object.entries(node)) {
      slots.push({ parent: node, key });
      collect(child, slots);
    }
  }
}

/** The good configuration with one slip of the keyboard. */
export function mutateText(good: string, seed: number): string {
  const random = createRandom(seed);
  const lines = good.split('\n');
  let at = Math.floor(random() * lines.length);
  while ((lines[at] ?? '').trim() === '') at = Math.floor(random() * lines.length);
  const line = lines[at] ?? '';
  const column = Math.floor(random() * line.length);
  const kinds = [
    () => line.slice(0, column) + line.slice(column + 1),
    () => ` ${line}`,
    () => line.replace(/^ /, ''),
    () => line.replace(/^ {2}/, '\t'),
    () => line.replace(':', ''),
    () => line.replace(': ', ':'),
    () => line.replace('- ', '-'),
    () => line.replace(/['"\]}]/, ''),
    () => `${line.slice(0, column)}${pick([...'\'"[]{}:,&*#|>%@`!-\\'], random)}${line.slice(column)}`,
    () => `${line}\n${line}`,
  ];
  lines[at] = pick(kinds, random)();
  return lines.join('\n');
}

function pick<TItem>(items: readonly TItem[], random: () => number): TItem {
  return items[Math.floor(random() * items.length)] as TItem;
}
