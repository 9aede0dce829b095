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

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** By position within a file; files keep the order in which they first appear. A finding that is reported twice stands once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const order = new Map<string, number>();
  const unique = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    if (!order.has(diagnostic.file)) order.set(diagnostic.file, order.size);
    const { file, start, code, message } = diagnostic;
    const key = JSON.stringify([file, start?.line, start?.column, code, message]);
    if (!unique.has(key)) unique.set(key, diagnostic);
  }
  return [...unique.values()].sort(
    (a, b) =>
      (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) ||
      (a.start?.line ?? 0) - (b.start?.line ?? 0) ||
      (a.start?.column ?? 0) - (b.start?.column ?? 0),
  );
}
