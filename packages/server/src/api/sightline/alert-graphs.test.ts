import { expect, it } from 'vitest';
import type { HttpInput } from '../../lib/http.ts';
import { alertGraphRoutes } from './alert-graphs.ts';

it('serves the pictures it is given, and no others', async () => {
  const [route] = alertGraphRoutes((name) => (name === 'a.png' ? Buffer.from('picture') : undefined));
  const ask = (name: string) => route?.handler({ params: { name } } as unknown as HttpInput);
  const answer = await ask('a.png');
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } });
  expect(String(answer?.body)).toBe('picture');
  await expect(ask('b.png')).rejects.toMatchObject({ status: 404 });
});
