/** Relabeling of alerts before somebody is told of them. Standard: Prometheus 3.x notifier (relabelAlerts). */
import { type Relabeler, relabelLabels } from '../../metrics/relabel/relabel.ts';
import type { AlertReport } from '../../rules/live/notify.ts';

/** Those that are kept. */
export function relabelAlerts(reports: readonly AlertReport[], relabel: Relabeler): readonly AlertReport[] {
  return reports.flatMap((report) => {
    const labels = relabelLabels(relabel, report.labels);
    if (labels === undefined) return [];
    return labels === report.labels ? [report] : [{ ...report, labels }];
  });
}
