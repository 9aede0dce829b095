/**
 * YAML text to node tree with exact positions. Strict: duplicate keys, unknown aliases and tabs are errors; size, depth and
 * alias expansion are bounded. Only the first document counts, as in Prometheus.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, parseAllDocuments } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import type { Span, YamlEntry, YamlMap, YamlNode, YamlScalar } from './yaml-node.ts';
import { YamlSource } from './yaml-source.ts';
import { explainSyntaxError } from './yaml-syntax.ts';

/** Longest text accepted, in UTF-16 units. */
const MAX_YAML_LENGTH = 16 * 1024 * 1024;
const MAX_DEPTH = 64;
/** Nodes after every alias has been followed. */
const MAX_NODES = 500_000;

/** What YAML 1.1 does not allow anywhere in a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

export interface ParsedYaml {
  readonly source: YamlSource;
  /** Undefined when the text is not YAML or has a broken alias or merge; an empty text is a null scalar. */
  readonly root?: YamlNode;
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws for what the text contains. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const source = new YamlSource(file, text);
  if (text.length > MAX_YAML_LENGTH) {
    return failure(
      source,
      'yaml/too-large',
      { start: 0, end: 0 },
      `the file is larger than ${MAX_YAML_LENGTH} characters`,
    );
  }
  const control = CONTROL.exec(text);
  if (control !== null) {
    const span = { start: control.index, end: control.index + 1 };
    const code = control[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
    return failure(source, 'yaml/control-character', span, `the file contains the control character U+${code}`);
  }
  let documents: Document.Parsed<ParsedNode>[];
  try {
    // The failsafe schema leaves every scalar as text: its meaning is decided by yaml-scalar.ts.
    const parsed = parseAllDocuments(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    documents = Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return failure(source, 'yaml/too-deep', { start: 0, end: 0 }, 'the YAML is nested too deeply to be read');
  }
  const [document, second] = documents;
  if (document === undefined) return { source, root: nullScalar(0), diagnostics: [] };
  if (document.errors.length > 0) {
    const [first] = document.errors;
    return { source, diagnostics: first === undefined ? [] : [explainSyntaxError(source, first)] };
  }
  const builder = new TreeBuilder(source);
  const root = builder.build(document.contents);
  if (second !== undefined && second.contents !== null) builder.reportSecondDocument(second.contents.range[0]);
  // What a broken alias or merge stands for is unknown: decoding it would only add errors that are none.
  const isWhole = builder.diagnostics.every(
    ({ severity, code }) => severity === 'warning' || code === 'yaml/duplicate-key',
  );
  return { source, ...(isWhole ? { root } : {}), diagnostics: builder.diagnostics };
}

function failure(source: YamlSource, code: string, span: Span, message: string): ParsedYaml {
  return { source, diagnostics: [{ severity: 'error', code, file: source.file, ...source.range(span), message }] };
}

function nullScalar(offset: number): YamlScalar {
  return { kind: 'scalar', text: '', isPlain: true, textStart: undefined, tag: undefined, start: offset, end: offset };
}

class TreeBuilder {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: YamlSource;
  readonly #anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>();
  readonly #open = new Set<string>();
  #nodes = 0;
  #isExhausted = false;

  constructor(source: YamlSource) {
    this.#source = source;
  }

  build(root: ParsedNode | null): YamlNode {
    return root === null ? nullScalar(0) : this.#node(root, 0);
  }

  reportSecondDocument(offset: number): void {
    this.#report(
      'warning',
      'yaml/second-document',
      { start: offset, end: offset + 1 },
      'only the first YAML document of a file is read; what follows `---` is ignored',
      'move it into its own file, or remove the `---` line',
    );
  }

  #node(node: ParsedNode, depth: number): YamlNode {
    const span = { start: node.range[0], end: node.range[1] };
    if (!this.#spend(1, depth, span)) return nullScalar(span.start);
    if (isAlias(node)) return this.#alias(node.source, span, depth);
    const { anchor } = node;
    if (anchor !== undefined) this.#open.add(anchor);
    const before = this.#nodes;
    const built = this.#content(node, span, depth);
    if (anchor !== undefined) {
      this.#open.delete(anchor);
      this.#anchors.set(anchor, { node: built, size: this.#nodes - before + 1 });
    }
    return built;
  }

  #content(node: ParsedNode, span: Span, depth: number): YamlNode {
    if (isMap(node)) return this.#map(node.items, span, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) =>
        item === null ? nullScalar(span.end) : this.#node(item as ParsedNode, depth + 1),
      );
      return { kind: 'list', items, ...span };
    }
    if (isScalar(node)) return this.#scalar(node, span);
    return nullScalar(span.start);
  }

  #scalar(node: { value: unknown; type?: unknown; tag?: string }, span: Span): YamlScalar {
    const text = typeof node.value === 'string' ? node.value : '';
    const isPlain = node.type === undefined || node.type === null || node.type === 'PLAIN';
    const offset = isPlain ? 0 : 1;
    const isVerbatim =
      this.#source.text.startsWith(text, span.start + offset) && !String(node.type).startsWith('BLOCK');
    return {
      kind: 'scalar',
      text,
      isPlain,
      textStart: isVerbatim ? span.start + offset : undefined,
      tag: node.tag,
      ...span,
    };
  }

  #alias(name: string, span: Span, depth: number): YamlNode {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      const message = this.#open.has(name)
        ? `the anchor \`${name}\` contains itself`
        : `there is no anchor named \`${name}\` above this line`;
      const hint = this.#open.has(name) ? undefined : `to write a text that begins with \`*\`, quote it: '*${name}'`;
      this.#report('error', 'yaml/unknown-alias', span, message, hint);
      return nullScalar(span.start);
    }
    return this.#spend(target.size, depth, span) ? target.node : nullScalar(span.start);
  }

  #map(items: readonly { key: unknown; value: unknown }[], span: Span, depth: number): YamlMap {
    const entries: YamlEntry[] = [];
    const seen = new Map<string, YamlScalar>();
    for (const pair of items) {
      const key = this.#key(pair.key as ParsedNode | null, span, depth);
      if (this.#isExhausted) break;
      if (key === undefined) continue;
      const value = pair.value === null ? nullScalar(key.end) : this.#node(pair.value as ParsedNode, depth + 1);
      if (key.text === '<<' && key.isPlain) {
        this.#merge(entries, value, key);
        continue;
      }
      this.#checkSpace(key);
      const earlier = seen.get(key.text);
      if (earlier !== undefined) this.#reportDuplicate(key, earlier);
      seen.set(key.text, key);
      entries.push({ key, value, isMerged: false });
    }
    return { kind: 'map', entries, ...span };
  }

  #key(node: ParsedNode | null, span: Span, depth: number): YamlScalar | undefined {
    const key = node === null ? nullScalar(span.start) : this.#node(node, depth + 1);
    if (key.kind === 'scalar') return key;
    this.#report(
      'error',
      'yaml/complex-key',
      key,
      'a key has to be a single word or text, not a list or a mapping',
      'a value that begins with `{` or `[` has to be quoted, or stands behind the wrong key',
    );
    return undefined;
  }

  /** yaml.v2 applies a merge where it stands: later keys override it, and it overrides earlier ones. */
  #merge(entries: YamlEntry[], value: YamlNode, key: YamlScalar): void {
    const parts = value.kind === 'list' ? [...value.items].reverse() : [value];
    for (const part of parts) {
      if (part.kind !== 'map') {
        this.#report(
          'error',
          'yaml/bad-merge',
          key,
          'the merge key `<<` needs a mapping or a list of mappings',
          'write `<<: *name`, where `&name` marks a mapping above',
        );
        continue;
      }
      if (!this.#spend(part.entries.length, 0, key)) return;
      for (const entry of part.entries) entries.push({ ...entry, isMerged: true });
    }
  }

  /** Inside braces YAML 1.2 allows `key:[a]`; Go's parser, and so Prometheus, needs the space. */
  #checkSpace(key: YamlScalar): void {
    const after = this.#source.text.slice(key.end, key.end + 2);
    if (!key.isPlain || !/^:[[{"']/.test(after)) return;
    const span = { start: key.start, end: key.end + 1 };
    this.#report(
      'error',
      'yaml/syntax',
      span,
      'a space is missing after the colon',
      `write \`${key.text}: \` in front of the value`,
    );
  }

  #reportDuplicate(key: YamlScalar, earlier: YamlScalar): void {
    const { line } = this.#source.position(earlier.start);
    this.#report(
      'error',
      'yaml/duplicate-key',
      key,
      `the key \`${key.text}\` is given twice in the same mapping; the first is on line ${line}`,
      'keep one of the two',
    );
  }

  #spend(count: number, depth: number, span: Span): boolean {
    if (this.#isExhausted) return false;
    this.#nodes += count;
    if (this.#nodes <= MAX_NODES && depth <= MAX_DEPTH) return true;
    this.#isExhausted = true;
    if (depth > MAX_DEPTH)
      this.#report('error', 'yaml/too-deep', span, `the YAML is nested deeper than ${MAX_DEPTH} levels`);
    else
      this.#report(
        'error',
        'yaml/too-many-nodes',
        span,
        `with its aliases followed the YAML has more than ${MAX_NODES} values`,
      );
    return false;
  }

  #report(severity: 'error' | 'warning', code: string, span: Span, message: string, hint?: string): void {
    const place = this.#source.range(span);
    this.diagnostics.push({
      severity,
      code,
      file: this.#source.file,
      ...place,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
