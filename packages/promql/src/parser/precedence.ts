/** How tightly binary operators bind; higher is tighter. Only ^ groups to the right. */
export const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['unless', 2],
  ...['==', '!=', '<', '<=', '>', '>=', '</', '>/'].map((op) => [op, 3] as const),
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
  ['atan2', 5],
  ['^', 6],
]);

/** Of ^, which alone binds tighter than a sign. */
export const POWER = 6;
