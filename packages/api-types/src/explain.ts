/**
 * GET and POST /api/sightline/v1/explain: runs a query and tells what each part of it took. Parameters as those of
 * `/api/v1/query` (`query`, `time`) or, with `start`, `end` and `step`, of `/api/v1/query_range`.
 */
import type { QueryKind } from './queries.ts';

/** Offsets into the query text in UTF-16 units, end exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export interface ExplainNode {
  readonly span: TextSpan;
  /** Kind in the tree: `vectorSelector`, `matrixSelector`, `subquery`, `call`, `aggregate`, `binary`, `unary`, `paren`, `number`, `string`. */
  readonly kind: string;
  /** Canonical text of the node without its operands: `rate(…)`, `sum by (job) (…)`, `… / …`. Cut after 300 characters. */
  readonly label: string;
  /** Canonical text of the whole node, cut after 300 characters. */
  readonly text: string;
  readonly valueType: 'vector' | 'scalar' | 'matrix' | 'string' | 'none';
  /** Null where the evaluator keeps no figures for a node (a literal, or a part evaluated with its parent). */
  readonly figures: ExplainFigures | null;
  /** Only for selectors. */
  readonly selector: ExplainSelector | null;
  readonly children: readonly ExplainNode[];
}

export interface ExplainFigures {
  readonly seriesIn: number;
  readonly seriesOut: number;
  readonly samplesIn: number;
  /** Over all steps. */
  readonly samplesOut: number;
  /** With its operands, and without them. */
  readonly totalMs: number;
  readonly selfMs: number;
  /** Of the node's result. */
  readonly bytes: number;
}

export interface ExplainSelector {
  readonly matchers: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly series: number;
  readonly samples: number;
  readonly readMs: number;
  /** The first few series that it matched. */
  readonly examples: readonly Readonly<Record<string, string>>[];
}

export interface ExplainFinding {
  /** Stable name of the rule. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly hint: string | null;
  readonly span: TextSpan;
  /** A change of the text that removes the cause. */
  readonly fix: ExplainFix | null;
}

export interface ExplainFix {
  /** What a button says. */
  readonly title: string;
  readonly span: TextSpan;
  readonly replacement: string;
}

export interface ExplainResult {
  readonly query: string;
  readonly kind: Exclude<QueryKind, 'explain'>;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly totals: {
    readonly parseMs: number;
    readonly waitMs: number;
    readonly readMs: number;
    readonly evalMs: number;
    readonly samplesRead: number;
    readonly seriesRead: number;
    readonly peakBytes: number;
    readonly resultSeries: number;
    readonly resultSamples: number;
  };
  readonly tree: ExplainNode;
  readonly findings: readonly ExplainFinding[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}
