/** The times at which an expression is evaluated: count steps from startMs. */
export interface Grid {
  readonly startMs: number;
  /** 0 when there is one step. */
  readonly stepMs: number;
  readonly count: number;
}

export function instantGrid(timeMs: number): Grid {
  return { startMs: timeMs, stepMs: 0, count: 1 };
}

export function gridEnd(grid: Grid): number {
  return grid.startMs + (grid.count - 1) * grid.stepMs;
}

export function timeAt(grid: Grid, step: number): number {
  return grid.startMs + step * grid.stepMs;
}
