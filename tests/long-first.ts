/**
 * The order of test files. Vitest knows how long files take only where they ran before; without that a file that takes a
 * minute may begin last. Files that mostly wait are started one after the other, beside others that compute.
 */
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Seconds, about. What they do happens in real time, with little work for this machine. */
const WAITING: Readonly<Record<string, number>> = {
  'tests/conformance/alertmanager/scenarios/scenarios.test.ts': 40,
  'tests/conformance/alertmanager/scenarios/reload.test.ts': 40,
  'tests/conformance/rules/live/evaluations.test.ts': 80,
  'tests/conformance/rules/live/restart.test.ts': 30,
  'tests/integration/alert-exchange/evaluation.test.ts': 25,
  'tests/integration/alert-exchange/to-alertmanager.test.ts': 75,
  'tests/integration/alerting/beyond.test.ts': 17,
  'tests/integration/alerting/cause-to-message.test.ts': 18,
  'tests/integration/alerting/receiver-down.test.ts': 20,
  'tests/integration/alerting/restart.test.ts': 35,
  'tests/integration/scenarios/with-prometheus.test.ts': 30,
  'tests/integration/scrape/http.test.ts': 35,
  'tests/integration/scrape/lifecycle.test.ts': 40,
  'tests/integration/scrape/samples.test.ts': 15,
  'tests/integration/scrape/side-by-side.test.ts': 45,
};
/** The same for those that work all the time; others take much less. */
const WORKING: readonly (readonly [place: string, seconds: number])[] = [
  ['tests/e2e/', 40],
  ['tests/integration/scenarios/', 50],
  ['tests/integration/', 15],
  ['tests/conformance/', 20],
  ['packages/', 1.5],
];

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, maxWorkers } = this.ctx.config;
    const place = ({ moduleId }: TestSpecification): string => relative(root, moduleId).replaceAll('\\', '/');
    const waiting = files.filter((file) => WAITING[place(file)] !== undefined);
    waiting.sort((a, b) => secondsOf(place(b)) - secondsOf(place(a)));
    const working = files
      .filter((file) => WAITING[place(file)] === undefined)
      .map((file) => ({ file, seconds: secondsOf(place(file)), size: statSync(file.moduleId).size }))
      .sort((a, b) => b.seconds - a.seconds || b.size - a.size)
      .map(({ file }) => file);
    return sideBySide(waiting, working, Math.max(1, maxWorkers), (file) => secondsOf(place(file)));
  }
}

function secondsOf(place: string): number {
  return WAITING[place] ?? WORKING.find(([start]) => place.startsWith(start))?.[1] ?? 1;
}

/** The order in which workers that take the next file when they are free have one of `waiting` among them all the time. */
function sideBySide<T>(waiting: T[], working: T[], workers: number, seconds: (file: T) => number): T[] {
  const order: T[] = [];
  const freeAt = new Array<number>(workers).fill(0);
  let waitsUntil = 0;
  while (waiting.length + working.length > 0) {
    const now = Math.min(...freeAt);
    const isTurn = working.length === 0 || (waiting.length > 0 && waitsUntil <= now);
    const next = (isTurn ? waiting : working).shift() as T;
    const end = now + seconds(next);
    freeAt[freeAt.indexOf(now)] = end;
    if (isTurn) waitsUntil = end;
    order.push(next);
  }
  return order;
}
