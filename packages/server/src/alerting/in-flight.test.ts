/** Reloads, stops and restarts while a message is on its way: told once, unless nobody can know that it was heard. */
import { describe, expect, test } from 'vitest';
import { NotifyError } from './receivers/receiver.ts';
import { AlertRig, matcher, type RigOptions, routeConfig, START_MS } from './testing/alert-rig.ts';

const ROUTE = routeConfig({
  receiver: 'team',
  groupBy: ['alertname'],
  groupWaitMs: 10_000,
  groupIntervalMs: 60_000,
  repeatIntervalMs: 3_600_000,
});
const down = { alertname: 'Down', instance: 'a' };

/** A receiver that hears at once and answers after some seconds, or never when the sender hangs up before. */
async function slowRig(answersAfter: number, options: Partial<RigOptions> = {}): Promise<AlertRig> {
  const rig: AlertRig = await AlertRig.start({
    plan: { route: ROUTE },
    onSend: (_notification, signal) =>
      new Promise((resolve, reject) => {
        const hangUp = () => reject(new NotifyError('temporary', 'hung up'));
        if (signal.aborted) hangUp();
        signal.addEventListener('abort', hangUp);
        rig.clock.setTimer(answersAfter * 1000, resolve);
      }),
    ...options,
  });
  return rig;
}

describe('a reload', () => {
  test('while the receiver is about to answer: not told again', async () => {
    const rig = await slowRig(2);
    rig.report(down, 7_200);
    await rig.advance(11);
    expect(rig.take()).toHaveLength(1);
    rig.reload({ route: ROUTE });
    await rig.advance(300);
    expect(rig.take()).toEqual([]);
  });

  test('while the receiver says nothing: given up after a moment, and told anew', async () => {
    const rig = await slowRig(50);
    rig.report(down, 7_200);
    await rig.advance(15);
    expect(rig.take().map(({ atSeconds }) => atSeconds)).toEqual([10]);
    rig.reload({ route: { ...ROUTE, groupWaitMs: 1_000 } });
    await rig.advance(1);
    expect(rig.take(), 'the old message has three seconds').toEqual([]);
    await rig.advance(100);
    expect(rig.take().map(({ atSeconds }) => atSeconds)).toEqual([18]);
  });

  test('while a failing receiver is waited for: no further try of the old group, and one of the new', async () => {
    let isDown = true;
    const rig = await AlertRig.start({
      plan: { route: ROUTE },
      onSend: () => {
        if (isDown) throw new NotifyError('temporary', 'connection refused');
      },
    });
    rig.report(down, 7_200);
    await rig.advance(12);
    isDown = false;
    rig.reload({ route: ROUTE });
    await rig.advance(300);
    expect(rig.take()).toHaveLength(1);
  });

  test('inhibition holds through it', async () => {
    const inhibitRules = [
      { sourceMatchers: [matcher('severity=page')], targetMatchers: [matcher('severity=info')], equal: [] },
    ];
    const rig = await AlertRig.start({ plan: { route: ROUTE, inhibitRules } });
    rig.report({ alertname: 'Dead', severity: 'page' }, 7_200);
    rig.report({ alertname: 'Slow', severity: 'info' }, 7_200);
    await rig.advance(100);
    rig.reload({ route: ROUTE, inhibitRules });
    await rig.advance(600);
    expect(rig.take().flatMap(({ alerts }) => alerts)).toEqual(['Dead firing']);
  });
});

describe('a stop', () => {
  test('waits for the answer: after the start the message is not told again', async () => {
    const rig = await slowRig(2);
    rig.report(down, 7_200);
    await rig.advance(11);
    const closed = rig.manager.close();
    await rig.advance(5);
    await closed;
    expect(rig.take()).toHaveLength(1);
    const next = await AlertRig.start({ plan: { route: ROUTE }, state: rig.state, startMs: START_MS + 20_000 });
    next.report(down, 7_200);
    await next.advance(600);
    expect(next.take()).toEqual([]);
    await next.manager.close();
  });

  test('does not wait for long: the answer is lost, so it is told again', async () => {
    const rig = await slowRig(50);
    rig.report(down, 7_200);
    await rig.advance(11);
    const closed = rig.manager.close();
    await rig.advance(5);
    await closed;
    expect(rig.take()).toHaveLength(1);
    const next = await AlertRig.start({ plan: { route: ROUTE }, state: rig.state, startMs: START_MS + 20_000 });
    next.report(down, 7_200);
    await next.advance(600);
    expect(next.take().map(({ alerts }) => alerts)).toEqual([['Down firing']]);
    await next.manager.close();
  });

  test('does not begin another try', async () => {
    let tries = 0;
    const rig = await AlertRig.start({
      plan: { route: ROUTE },
      onSend: () => {
        tries++;
        throw new NotifyError('temporary', 'connection refused');
      },
    });
    rig.report(down, 7_200);
    await rig.advance(11);
    await rig.manager.close();
    const before = tries;
    await rig.advance(600);
    expect(tries).toBe(before);
  });
});

describe('two routes that share their key and receiver', () => {
  test('tell once, however slow the receiver is', async () => {
    const twice = routeConfig({ matchers: [matcher('instance=a')], continue: true });
    const rig = await slowRig(5, { plan: { route: { ...ROUTE, routes: [twice, twice] } } });
    rig.report(down, 7_200);
    await rig.advance(600);
    expect(rig.take()).toHaveLength(1);
  });
});
