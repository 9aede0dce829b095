/** Go's fmt.Sprint, Sprintln and Sprintf over template values, its `%!d(string=x)` complaints included. */
import { GoMap, GoNamed, GoPointer, GoSlice, GoStruct, type GoValue, typeName, typeOf } from '../value/values.ts';
import {
  type Flags,
  formatBool,
  formatFloatVerb,
  formatInteger,
  formatString,
  newBudget,
  noFlags,
  pad,
  spend,
  VALUE_COST,
} from './leaf.ts';

/** Go refuses widths and precisions above this, see #number and #intArgument. */
const MAX_WIDTH = 1_000_000;
/** Deepest nesting that is printed; template data cannot be cyclic. */
const MAX_DEPTH = 100;

export function sprint(args: readonly GoValue[]): string {
  if (args.length === 1) return printed(args[0] ?? null);
  const budget = newBudget();
  let out = '';
  let wasString = false;
  args.forEach((value, index) => {
    const isString = typeOf(value)?.kind === 'string';
    if (index > 0 && !isString && !wasString) out += ' ';
    const text = printed(value);
    spend(budget, text.length);
    out += text;
    wasString = isString;
  });
  return out;
}

export function sprintln(args: readonly GoValue[]): string {
  const budget = newBudget();
  const texts = args.map((value) => {
    const text = printed(value);
    spend(budget, text.length);
    return text;
  });
  return `${texts.join(' ')}\n`;
}

function printed(value: GoValue): string {
  return typeof value === 'string' ? value : formatValue(value, 'v', noFlags(), 0);
}

/** The value under a verb; wrong verbs come out as `%!verb(type=value)`. */
function formatValue(value: GoValue, verb: string, flags: Flags, depth: number): string {
  // Values can share parts, so that few of them are many when written out.
  spend(flags.budget, typeof value === 'string' ? value.length + VALUE_COST : VALUE_COST);
  if (value === null) return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : badVerb(value, verb, flags);
  if (verb === 'T') return pad(typeName(value), flags);
  if (verb === 'p') return value instanceof GoPointer ? formatPointer(value, verb, flags) : badVerb(value, verb, flags);
  if (depth > MAX_DEPTH) return '...';
  if (flags.sharpV) {
    const source = typeOf(value)?.source?.(value);
    if (source !== undefined) return source;
  }
  const text = methodText(value, verb, flags);
  return (
    text ?? leafText(value, verb, flags) ?? compositeText(value, verb, flags, depth) ?? badVerb(value, verb, flags)
  );
}

/** What a String method gives, for the verbs that are valid for strings. */
function methodText(value: GoValue, verb: string, flags: Flags): string | undefined {
  // The methods of a value are methods of its pointer too.
  const self = value instanceof GoPointer ? (value.target ?? null) : value;
  const type = typeOf(self);
  if (type?.text === undefined || flags.sharpV || !/^[vsxXq]$/.test(verb)) return undefined;
  return formatString(type.text(self), verb, flags);
}

function leafText(value: GoValue, verb: string, flags: Flags): string | undefined {
  const plain = value instanceof GoNamed ? value.value : value;
  switch (typeof plain) {
    case 'string':
      return formatString(plain, verb, flags);
    case 'boolean':
      return formatBool(plain, verb, flags);
    case 'bigint':
      return formatInteger(plain, verb, flags, typeOf(value)?.kind === 'uint');
    case 'number':
      return formatFloatVerb(plain, verb, flags);
    default:
      return undefined;
  }
}

function compositeText(value: GoValue, verb: string, flags: Flags, depth: number): string | undefined {
  if (value instanceof GoMap) return mapText(value, verb, flags, depth);
  if (value instanceof GoSlice) return sliceText(value, verb, flags, depth);
  if (value instanceof GoStruct) return structText(value, verb, flags, depth);
  if (!(value instanceof GoPointer)) return undefined;
  if (depth > 0 || value.target === undefined) return formatPointer(value, verb, flags);
  return `&${formatValue(value.target, verb, flags, depth + 1)}`;
}

function mapText(map: GoMap, verb: string, flags: Flags, depth: number): string {
  if (flags.sharpV && map.entries === undefined) return `${map.type.name}(nil)`;
  const items = sortedEntries(map).map(
    ([key, item]) => `${formatValue(key, verb, flags, depth + 1)}:${formatValue(item, verb, flags, depth + 1)}`,
  );
  return flags.sharpV ? `${map.type.name}{${items.join(', ')}}` : `map[${items.join(' ')}]`;
}

function sliceText(slice: GoSlice, verb: string, flags: Flags, depth: number): string {
  if (flags.sharpV && slice.items === undefined) return `${slice.type.name}(nil)`;
  const items = (slice.items ?? []).map((item) => formatValue(item, verb, flags, depth + 1));
  return flags.sharpV ? `${slice.type.name}{${items.join(', ')}}` : `[${items.join(' ')}]`;
}

function structText(struct: GoStruct, verb: string, flags: Flags, depth: number): string {
  const hasNames = flags.plusV || flags.sharpV;
  const items = struct.values.map((item, index) => {
    const text = item === null && flags.sharpV ? 'interface {}(nil)' : formatValue(item, verb, flags, depth + 1);
    return hasNames ? `${struct.type.fields?.[index]?.name}:${text}` : text;
  });
  return flags.sharpV ? `${struct.type.name}{${items.join(', ')}}` : `{${items.join(' ')}}`;
}

/** Addresses mean nothing here; a fixed one keeps the output the same each time. */
const ADDRESS = '0xc000000000';

function formatPointer(value: GoPointer, verb: string, flags: Flags): string {
  const isNil = value.target === undefined;
  if (verb === 'v') {
    if (flags.sharpV) return `(${value.type.name})(${isNil ? 'nil' : ADDRESS})`;
    return pad(isNil ? '<nil>' : ADDRESS, flags);
  }
  if (verb === 'p') return pad(isNil ? '0x0' : ADDRESS, flags);
  return isNil ? badVerb(value, verb, flags) : pad(ADDRESS, flags);
}

function badVerb(value: GoValue, verb: string, flags: Flags): string {
  if (value === null) return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeName(value)}=${formatValue(value, 'v', flags, 0)})`;
}

/** Entries in the order of their keys' bytes. */
export function sortedEntries(map: GoMap): [string, GoValue][] {
  return [...(map.entries ?? [])].sort(([a], [b]) => compareText(a, b));
}

/** Order of the UTF-8 bytes, which for text is the order of the code points. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left === right) continue;
    // Surrogates stand for characters behind all others, though their numbers do not.
    const isBehind = (left & 0xf800) === 0xd800;
    if (isBehind !== ((right & 0xf800) === 0xd800)) return isBehind ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

export function sprintf(format: string, args: readonly GoValue[]): string {
  return new FormatRun(format, args).run();
}

/** One pass over a format: where it is, which argument is next, and whether the format chose arguments by number. */
class FormatRun {
  readonly #format: string;
  readonly #args: readonly GoValue[];
  #at = 0;
  #next = 0;
  #isReordered = false;
  #isGoodIndex = true;
  #isAfterIndex = false;
  readonly #budget = newBudget();

  constructor(format: string, args: readonly GoValue[]) {
    this.#format = format;
    this.#args = args;
  }

  run(): string {
    let out = '';
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at);
      if (percent === -1) {
        out += this.#format.slice(this.#at);
        break;
      }
      const before = out.length;
      out += this.#format.slice(this.#at, percent);
      this.#at = percent + 1;
      out += this.#directive();
      spend(this.#budget, out.length - before);
    }
    return out + this.#extra();
  }

  #extra(): string {
    if (this.#isReordered || this.#next >= this.#args.length) return '';
    const items = this.#args
      .slice(this.#next)
      .map((value) => (value === null ? '<nil>' : `${typeName(value)}=${formatValue(value, 'v', noFlags(), 0)}`));
    return `%!(EXTRA ${items.join(', ')})`;
  }

  #directive(): string {
    const flags = this.#flags();
    this.#isGoodIndex = true;
    this.#isAfterIndex = false;
    let out = '';
    this.#index();
    out += this.#width(flags);
    out += this.#precision(flags);
    if (!this.#isAfterIndex) this.#index();
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) return `${out}%!(NOVERB)`;
    const verb = String.fromCodePoint(code);
    this.#at += verb.length;
    return out + this.#verb(verb, flags);
  }

  #verb(verb: string, flags: Flags): string {
    if (verb === '%') return '%';
    if (!this.#isGoodIndex) return `%!${verb}(BADINDEX)`;
    if (this.#next >= this.#args.length) return `%!${verb}(MISSING)`;
    if (verb === 'v') {
      flags.sharpV = flags.sharp;
      flags.sharp = false;
      flags.plusV = flags.plus;
      flags.plus = false;
    }
    const value = this.#args[this.#next] ?? null;
    this.#next++;
    return formatValue(value, verb, flags, 0);
  }

  #flags(): Flags {
    const flags = noFlags(this.#budget);
    for (; ; this.#at++) {
      switch (this.#format[this.#at]) {
        case '#':
          flags.sharp = true;
          break;
        case '0':
          flags.zero = !flags.minus;
          break;
        case '+':
          flags.plus = true;
          break;
        case '-':
          flags.minus = true;
          flags.zero = false;
          break;
        case ' ':
          flags.space = true;
          break;
        default:
          return flags;
      }
    }
  }

  #width(flags: Flags): string {
    if (this.#format[this.#at] !== '*') {
      const width = this.#number();
      if (width !== undefined && this.#isAfterIndex) this.#isGoodIndex = false;
      flags.width = width;
      return '';
    }
    this.#at++;
    const width = this.#intArgument();
    this.#isAfterIndex = false;
    if (width === undefined) return '%!(BADWIDTH)';
    flags.width = Math.abs(width);
    if (width < 0) {
      flags.minus = true;
      flags.zero = false;
    }
    return '';
  }

  #precision(flags: Flags): string {
    if (this.#format[this.#at] !== '.') return '';
    this.#at++;
    if (this.#isAfterIndex) this.#isGoodIndex = false;
    this.#index();
    if (this.#format[this.#at] !== '*') {
      flags.precision = this.#number() ?? 0;
      return '';
    }
    this.#at++;
    const precision = this.#intArgument();
    this.#isAfterIndex = false;
    if (precision === undefined) return '%!(BADPREC)';
    if (precision >= 0) flags.precision = precision;
    return precision < 0 ? '%!(BADPREC)' : '';
  }

  /** A number in the format; undefined when there is none or it is too large, which ends the format. */
  #number(): number | undefined {
    let value: number | undefined;
    for (; ; this.#at++) {
      const digit = this.#format.charCodeAt(this.#at) - 48;
      if (!(digit >= 0 && digit <= 9)) return value;
      if (value !== undefined && value > MAX_WIDTH) {
        this.#at = this.#format.length;
        return undefined;
      }
      value = (value ?? 0) * 10 + digit;
    }
  }

  #intArgument(): number | undefined {
    const value = this.#args[this.#next];
    if (this.#next < this.#args.length) this.#next++;
    const plain = value instanceof GoNamed ? value.value : value;
    if (typeof plain !== 'bigint' || plain > MAX_WIDTH || plain < -MAX_WIDTH) return undefined;
    return Number(plain);
  }

  /** `[3]`: the number of the argument that is next. */
  #index(): void {
    if (this.#format[this.#at] !== '[') return;
    this.#isReordered = true;
    const close = this.#format.indexOf(']', this.#at);
    if (close === -1) {
      this.#isGoodIndex = false;
      this.#at++;
      return;
    }
    const index = Number(/^[0-9]+$/.exec(this.#format.slice(this.#at + 1, close))?.[0] ?? '0');
    this.#at = close + 1;
    if (index < 1 || index > this.#args.length) this.#isGoodIndex = false;
    else {
      this.#next = index - 1;
      this.#isAfterIndex = true;
    }
  }
}
