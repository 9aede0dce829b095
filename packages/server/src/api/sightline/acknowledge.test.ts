import { Labels } from '@sightline/model';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../alerting/fingerprint.ts';
import { AlertRig, routeConfig } from '../../alerting/testing/alert-rig.ts';
import type { HttpInput } from '../../lib/http.ts';
import { acknowledgeRoutes } from './acknowledge.ts';
import { answerMismatches } from './testing/schema-check.ts';

const DOWN = { alertname: 'Down', service: 'shop' };
const FINGERPRINT = fingerprintOf(Labels.fromObject(DOWN));

function input(body: unknown, fields: Partial<HttpInput> = {}): Partial<HttpInput> {
  return {
    params: { fingerprint: FINGERPRINT },
    query: new URLSearchParams(),
    remoteAddress: '::1',
    body: async () => Buffer.from(JSON.stringify(body)),
    ...fields,
  };
}

async function open() {
  const rig = await AlertRig.start({ plan: { route: routeConfig({ receiver: 'team' }) } });
  rig.report(DOWN, 600, rig.clock.now());
  rig.report({ ...DOWN, alertname: 'Slow' }, 600, rig.clock.now());
  const routes = acknowledgeRoutes(rig.manager.beyond);
  const [post, remove] = routes;
  return {
    rig,
    routes,
    post: async (request: Partial<HttpInput>) => post?.handler(request as HttpInput),
    remove: async (request: Partial<HttpInput>) => remove?.handler(request as HttpInput),
  };
}

test('answers are as the document says', async () => {
  const { routes } = await open();
  expect(await answerMismatches(routes, input({ by: 'anna', note: 'on it' }))).toEqual([]);
});

test('who and why are kept; taking it back names who did, or from where', async () => {
  const { rig, post, remove } = await open();
  const answer = await post(input({ by: ' anna ', note: 'on it' }));
  expect(JSON.parse(String(answer?.body))).toEqual({
    acknowledgement: { by: 'anna', note: 'on it', timeMs: rig.clock.now() },
  });
  await remove(input(undefined, { query: new URLSearchParams({ by: 'ben' }) }));
  await post(input({ by: 'anna' }));
  await remove(input(undefined));
  expect(rig.events.filter(({ actor }) => actor !== undefined).map(({ kind, actor }) => [kind, actor])).toEqual([
    ['acknowledged', 'anna'],
    ['unacknowledged', 'ben'],
    ['acknowledged', 'anna'],
    ['unacknowledged', '::1'],
  ]);
});

test.each([
  ['no name', { note: 'x' }, 'bad_data'],
  ['an empty name', { by: ' ' }, 'bad_data'],
  ['a name without end', { by: 'x'.repeat(201) }, 'bad_data'],
  ['a note without end', { by: 'anna', note: 'x'.repeat(4_001) }, 'bad_data'],
  ['a note that is no text', { by: 'anna', note: 7 }, 'bad_data'],
])('%s is refused', async (_, body, code) => {
  const { post } = await open();
  await expect(post(input(body))).rejects.toMatchObject({ code });
});

test('what does not fire is not found; what nobody acknowledged cannot be taken back', async () => {
  const { post, remove } = await open();
  const unknown = input({ by: 'anna' }, { params: { fingerprint: 'ffff' } });
  await expect(post(unknown)).rejects.toMatchObject({ status: 404 });
  await expect(remove(input(undefined))).rejects.toMatchObject({ status: 409 });
});
