/**
 * Reads typed values from a node tree and collects every mistake instead of stopping at the first. A cursor is a node with
 * its key path; each reader returns undefined when it has reported an error. Values are converted as Go's yaml.v2 does:
 * null is the zero value, any scalar is a string, a float is cut to an integer.
 */
import { parseDurationMs } from '@sightline/model';
import type { Diagnostic, Severity } from './diagnostic.ts';
import type { Span, YamlMap, YamlNode, YamlScalar } from './yaml-node.ts';
import { isNull, resolveScalar } from './yaml-scalar.ts';
import type { YamlSource } from './yaml-source.ts';
import { parseBase2Bytes } from './yaml-units.ts';

/** What one decoding run shares: the source, the findings, and where secrets stand in the text. */
export interface DecodeContext {
  readonly source: YamlSource;
  readonly diagnostics: Diagnostic[];
  readonly secrets: Span[];
  /** Whether a file that the configuration names can be read. */
  readonly fileExists: (file: string) => boolean;
}

export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** A part of the node; the whole node when absent. */
  readonly span?: Span;
}

export interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
}

const INT64: IntegerRange = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
export const UINT64: IntegerRange = { min: 0n, max: 2n ** 64n - 1n };

export class Cursor {
  readonly context: DecodeContext;
  readonly node: YamlNode;
  readonly path: string;
  /** Where the key stands; findings about the entry as a whole point there. */
  readonly key: YamlScalar | undefined;

  constructor(context: DecodeContext, node: YamlNode, path: string, key?: YamlScalar) {
    this.context = context;
    this.node = node;
    this.path = path;
    this.key = key;
  }

  get isNull(): boolean {
    return this.node.kind === 'scalar' && isNull(this.node);
  }

  /** The last part of the key path. */
  get name(): string {
    return this.key?.text ?? this.path;
  }

  error(finding: Finding): undefined {
    return this.#report('error', finding);
  }

  warn(finding: Finding): undefined {
    return this.#report('warning', finding);
  }

  /** Text of any scalar; null is ''. */
  string(expected = 'text'): string | undefined {
    const scalar = this.#scalar(expected);
    if (scalar === undefined) return undefined;
    return isNull(scalar) ? '' : scalar.text;
  }

  /** Like `string`, and the text is hidden whenever the file is shown. */
  secret(): string | undefined {
    const value = this.string();
    if (value !== undefined && value !== '') this.context.secrets.push(this.node);
    return value;
  }

  boolean(): boolean | undefined {
    const scalar = this.#scalar('`true` or `false`');
    if (scalar === undefined) return undefined;
    const value = resolveScalar(scalar);
    if (value.type === 'null') return false;
    if (value.type === 'bool') return value.value;
    const isQuoted = !scalar.isPlain && /^(true|false|yes|no|on|off)$/i.test(scalar.text);
    return this.#wrongType('`true` or `false`', isQuoted ? 'remove the quotes' : undefined);
  }

  /** Milliseconds. */
  duration(): number | undefined {
    const scalar = this.#scalar('a duration such as `15s`');
    if (scalar === undefined) return undefined;
    if (isNull(scalar)) return 0;
    const ms = parseDurationMs(scalar.text);
    if (ms !== undefined) return ms;
    return this.error({
      code: 'config/invalid-duration',
      message: scalar.text === '' ? 'the duration is empty' : `\`${clip(scalar.text)}\` is not a duration`,
      hint: durationHint(scalar.text),
    });
  }

  integer(range: IntegerRange = INT64): bigint | undefined {
    const expected = range.min === 0n ? 'a whole number, 0 or more' : 'a whole number';
    const scalar = this.#scalar(expected);
    if (scalar === undefined) return undefined;
    const value = resolveScalar(scalar);
    if (value.type === 'null') return 0n;
    const isWhole = value.type === 'int' || (value.type === 'float' && Number.isFinite(value.value));
    if (!isWhole) {
      const isQuoted = !scalar.isPlain && /^[0-9]+$/.test(scalar.text);
      return this.#wrongType(expected, isQuoted ? 'remove the quotes' : undefined);
    }
    const whole = value.type === 'int' ? value.value : BigInt(Math.trunc(value.value));
    if (value.type === 'float' && !Number.isInteger(value.value)) {
      this.warn({
        code: 'config/fraction-cut',
        message: `\`${scalar.text}\` is read as ${whole}`,
        hint: 'write a whole number',
      });
    }
    if (whole >= range.min && whole <= range.max) return whole;
    return this.error({
      code: 'config/out-of-range',
      message: `\`${clip(scalar.text)}\` is outside ${range.min} to ${range.max}`,
    });
  }

  float(): number | undefined {
    const scalar = this.#scalar('a number');
    if (scalar === undefined) return undefined;
    const value = resolveScalar(scalar);
    if (value.type === 'null') return 0;
    if (value.type === 'int') return Number(value.value);
    if (value.type === 'float') return value.value;
    return this.#wrongType('a number');
  }

  /** Bytes, in Prometheus's form `10MB`, `1.5GiB`: powers of 1024. */
  size(): number | undefined {
    const scalar = this.#scalar('a size such as `10MB`');
    if (scalar === undefined) return undefined;
    if (isNull(scalar)) return 0;
    const bytes = parseBase2Bytes(scalar.text);
    if (bytes !== undefined) return bytes;
    return this.error({
      code: 'config/invalid-size',
      message: `\`${clip(scalar.text)}\` is not a size`,
      hint: /^[0-9]+$/.test(scalar.text)
        ? `add a unit: \`${scalar.text}B\`, \`${scalar.text}KB\` or \`${scalar.text}MB\``
        : 'write a number and a unit: B, KB, MB, GB, TB, PB or EB, such as `10MB`',
    });
  }

  /** A cursor for each item; null is an empty list. */
  list(expected = 'a list'): Cursor[] | undefined {
    if (this.isNull) return [];
    if (this.node.kind !== 'list') {
      const isScalar = this.node.kind === 'scalar';
      return this.#wrongType(
        expected,
        isScalar ? 'put `- ` before the value, or brackets around it' : 'put `- ` before each entry',
      );
    }
    return this.node.items.map((item, index) => new Cursor(this.context, item, `${this.path}[${index}]`));
  }

  strings(): string[] | undefined {
    return this.list('a list of texts')
      ?.map((item) => item.string())
      .filter((text) => text !== undefined);
  }

  /** Entries of a mapping with free keys; null is empty. A key that a merge gave already is an error, as in yaml.v2. */
  entries(expected = 'a mapping of `key: value`'): Cursor[] | undefined {
    if (this.isNull) return [];
    if (this.node.kind !== 'map') return this.#wrongType(expected);
    const seen = new Set<string>();
    const cursors: Cursor[] = [];
    for (const { key, value, isMerged } of this.node.entries) {
      const cursor = this.child(key, value);
      if (seen.has(key.text)) {
        if (isMerged || this.node.entries.some((entry) => entry.isMerged && entry.key.text === key.text)) {
          cursor.error({
            code: 'config/merged-key',
            message: `the key \`${key.text}\` is given both here and by a merge (\`<<\`)`,
            hint: 'Prometheus does not let a merged key be overridden in a free mapping; keep one of the two',
            span: key,
          });
        }
        continue;
      }
      seen.add(key.text);
      cursors.push(cursor);
    }
    return cursors;
  }

  /** The mapping, or undefined (reported) when the node is something else. Null is an empty mapping. */
  map(expected = 'a mapping of `key: value`'): YamlMap | undefined {
    if (this.node.kind === 'map') return this.node;
    if (this.isNull) return { kind: 'map', entries: [], start: this.node.start, end: this.node.end };
    // Not the value: a text where a mapping is needed is often `user:password`.
    return this.#wrongType(expected, undefined, this.node.kind === 'list' ? 'a list' : 'a single value');
  }

  child(key: YamlScalar, value: YamlNode): Cursor {
    return new Cursor(this.context, value, joinPath(this.path, key.text), key);
  }

  #scalar(expected: string): YamlScalar | undefined {
    return this.node.kind === 'scalar' ? this.node : this.#wrongType(expected);
  }

  #wrongType(expected: string, hint?: string, found = this.#found()): undefined {
    return this.error({
      code: 'config/wrong-type',
      message: `${this.name === '' ? 'the file' : `\`${this.name}\``} needs ${expected}, found ${found}`,
      hint,
    });
  }

  #found(): string {
    const { node } = this;
    if (node.kind === 'list') return 'a list';
    if (node.kind === 'map') return 'a mapping';
    const { type } = resolveScalar(node);
    const shown = `\`${clip(node.text)}\``;
    if (type === 'null') return 'nothing';
    if (type === 'bool') return `the boolean ${shown}`;
    return type === 'string' ? `the text ${shown}` : `the number ${shown}`;
  }

  #report(severity: Severity, finding: Finding): undefined {
    const { source, diagnostics } = this.context;
    const isEmpty = this.node.start === this.node.end && this.key !== undefined;
    const span = finding.span ?? (isEmpty && this.key !== undefined ? this.key : this.node);
    diagnostics.push({
      severity,
      code: finding.code,
      file: source.file,
      ...source.range(span),
      ...(this.path === '' ? {} : { keyPath: this.path }),
      message: finding.message,
      ...(finding.hint === undefined ? {} : { hint: finding.hint }),
    });
  }
}

/** `a.b`, and `a["b.c"]` for keys that are not plain words. */
function joinPath(path: string, key: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** A value as messages show it: one line, bounded, without the user part of a URL. */
export function clip(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/\/\/[^/@\s]*@/, '//***@');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

function durationHint(text: string): string {
  const trimmed = text.trim();
  if (/^[0-9]+$/.test(trimmed)) return `add a unit: \`${trimmed}s\` for seconds`;
  if (/^[0-9]+\.[0-9]+/.test(trimmed))
    return 'fractions are not allowed; use a smaller unit, such as `1500ms` or `90s`';
  if (/^-/.test(trimmed)) return 'a duration cannot be negative';
  if (/^(?:[0-9]+(?:ms|[smhdwy]))+$/.test(trimmed) && /y$|w$/.test(trimmed)) return 'the longest duration is 292 years';
  const words = /^([0-9]+)\s*(ms|s|m|h|d|w|y)[a-z]*$/i.exec(trimmed);
  if (words !== null) return `write \`${words[1]}${(words[2] ?? '').toLowerCase()}\``;
  return 'write numbers with the units y, w, d, h, m, s, ms in falling order, such as `15s` or `1h30m`';
}
