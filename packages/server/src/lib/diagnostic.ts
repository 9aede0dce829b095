/**
 * One finding about a file a person wrote: what is wrong, exactly where, and how to fix it. Configuration loaders return
 * lists of them (never only the first); `renderDiagnostics` prints them as a compiler does.
 */
export type Severity = 'error' | 'warning';

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units of the line. */
  readonly column: number;
}

export interface Diagnostic {
  readonly severity: Severity;
  /** Stable and searchable: `config/unknown-key`. */
  readonly code: string;
  /** As the user named it. */
  readonly file: string;
  readonly start?: Position;
  /** Exclusive; same line as start for a caret run. */
  readonly end?: Position;
  /** `scrape_configs[2].relabel_configs[0].regex` */
  readonly keyPath?: string;
  readonly message: string;
  /** How to fix it, in one sentence. */
  readonly hint?: string;
}
