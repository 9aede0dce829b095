/** A receiver that is away for ten minutes, by a clock moved by hand: nothing is lost, and there is no storm when it is back. */
import { expect, test } from 'vitest';
import { NotifyError } from './receivers/receiver.ts';
import { AlertRig, routeConfig } from './testing/alert-rig.ts';

const GROUPS = 20;
const names = Array.from({ length: GROUPS }, (_, index) => `G${index}`);

test('ten minutes away: one message for each group afterwards, and silence until something changes', async () => {
  let isAway = true;
  let tries = 0;
  const rig = await AlertRig.start({
    plan: {
      route: routeConfig({
        receiver: 'team',
        groupBy: ['alertname'],
        groupWaitMs: 30_000,
        groupIntervalMs: 300_000,
        repeatIntervalMs: 14_400_000,
      }),
    },
    onSend: () => {
      tries++;
      if (isAway) throw new NotifyError('temporary', 'connection refused');
    },
  });
  const report = () => {
    for (const alertname of names) rig.report({ alertname, instance: 'a' }, 900);
  };
  report();
  for (let minute = 0; minute < 10; minute++) {
    await rig.advance(60);
    report();
  }
  expect(rig.take()).toEqual([]);
  // Tries are a minute apart at most once they have failed a while, for each group.
  expect(tries).toBeGreaterThan(GROUPS * 5);
  expect(tries).toBeLessThan(GROUPS * 40);
  isAway = false;
  for (let minute = 0; minute < 5; minute++) {
    report();
    await rig.advance(60);
  }
  const after = rig.take();
  expect(after.map(({ alerts }) => alerts.join()).sort()).toEqual(names.map((name) => `${name} firing`).sort());
  for (let minute = 0; minute < 60; minute++) {
    report();
    await rig.advance(60);
  }
  expect(rig.take()).toEqual([]);
});
