/** Rows in columns of equal width, as every list of the command line is printed. */

/** Cells are plain text of one line. Empty without rows. */
export function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  const lines = all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** `alertname="Down", job="api"`, the name first, so that people find it. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  const { alertname, ...rest } = labels;
  const all =
    alertname === undefined ? Object.entries(labels) : [['alertname', alertname] as const, ...Object.entries(rest)];
  return all.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ');
}

/** `2026-03-02 12:00:00Z`. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
