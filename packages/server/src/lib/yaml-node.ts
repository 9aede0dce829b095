/**
 * The node tree that configuration is decoded from: what YAML says, with the exact place of every key and value. Aliases
 * are resolved (nodes are shared, never copied) and merge keys are already spread into their mapping.
 */
export interface Span {
  /** Offsets in UTF-16 units; end is exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface YamlScalar extends Span {
  readonly kind: 'scalar';
  readonly text: string;
  /** Plain text resolves to null, booleans and numbers; quoted and block text is always a string. */
  readonly isPlain: boolean;
  /** Offset where the text begins (behind an opening quote), or undefined when text and source differ (escapes, blocks). */
  readonly textStart: number | undefined;
  /** Explicit tag, if any: `tag:yaml.org,2002:int`. */
  readonly tag: string | undefined;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
  /** True when it comes from a `<<` merge. */
  readonly isMerged: boolean;
}

export interface YamlMap extends Span {
  readonly kind: 'map';
  /** In the order they are applied: a later entry of the same key wins. */
  readonly entries: readonly YamlEntry[];
}

interface YamlList extends Span {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

export type YamlNode = YamlScalar | YamlMap | YamlList;
