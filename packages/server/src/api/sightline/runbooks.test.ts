import { expect, it } from 'vitest';
import type { HttpInput } from '../../lib/http.ts';
import { runbookRoutes } from './runbooks.ts';

it('serves the runbooks it is given, and no others', async () => {
  const [route] = runbookRoutes((name) => (name === 'TargetDown' ? '# TargetDown' : undefined));
  const ask = async (name: string) => route?.handler({ params: { name } } as unknown as HttpInput);
  const answer = await ask('TargetDown');
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
  expect(JSON.parse(String(answer?.body))).toEqual({ name: 'TargetDown', markdown: '# TargetDown' });
  await expect(ask('None')).rejects.toMatchObject({ status: 404 });
});
