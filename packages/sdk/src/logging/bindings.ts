/** Fields that a child logger adds to every line, kept as JSON text. */
import type { Serializer } from './json/serializer.ts';

export interface Bindings {
  /** All of them as JSON fields without braces. */
  readonly text: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly fields: ReadonlyMap<string, string>;
}

/** Bindings of a child: those of its parent with `added` over them. Values are read now, not at each line. */
export function bind(parent: Bindings | undefined, added: object, serializer: Serializer): Bindings | undefined {
  const fields = new Map(parent?.fields);
  const values: Record<string, unknown> = { ...parent?.values };
  for (const name of Object.keys(added).slice(0, serializer.limits.maxItems)) {
    const text = serializer.data({ [name]: read(added, name) });
    if (text === '') continue;
    fields.set(name, text);
    values[name] = read(added, name);
  }
  return fields.size === 0 ? undefined : { text: [...fields.values()].join(','), values, fields };
}

/** Bindings as fields before those of `data`: a name that `data` has too is left out, so that no name comes twice. */
export function bindingsBeside(bindings: Bindings, data: object): string {
  let hasBoth = false;
  for (const name of bindings.fields.keys()) {
    if (Object.hasOwn(data, name)) {
      hasBoth = true;
      break;
    }
  }
  if (!hasBoth) return bindings.text;
  const kept: string[] = [];
  for (const [name, text] of bindings.fields) {
    if (!Object.hasOwn(data, name)) kept.push(text);
  }
  return kept.join(',');
}

function read(from: object, name: string): unknown {
  try {
    return (from as Record<string, unknown>)[name];
  } catch {
    return '[Throws]';
  }
}
