/** Findings of a lint, apart from those of the loader. */
import type { Diagnostic } from '../../../lib/diagnostic.ts';
import type { RulePlaces } from '../load.ts';

/** What `report` adds to the findings of the file. */
export function added({ reader }: RulePlaces, report: () => void): readonly Diagnostic[] {
  const { diagnostics } = reader.cursor.context;
  const before = diagnostics.length;
  report();
  return diagnostics.splice(before);
}
