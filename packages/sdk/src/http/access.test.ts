import { expect, it } from 'vitest';
import { Problems } from '../lib/problems.ts';
import { type AccessOptions, createAccess, isLocal } from './access.ts';

function check(options: AccessOptions | undefined, authorization?: string): Promise<string> {
  const header = (name: string) => (name === 'authorization' ? authorization : undefined);
  return createAccess(options, 'auth', new Problems()).check({ header, address: '192.0.2.1', path: '/metrics' });
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

it.each<[AccessOptions | undefined, string | undefined, string]>([
  [undefined, undefined, 'allowed'],
  [{ bearer: 'secret' }, 'Bearer secret', 'allowed'],
  // The scheme has no case, the token has.
  [{ bearer: 'secret' }, 'bearer secret', 'allowed'],
  [{ bearer: 'secret' }, 'Bearer SECRET', 'forbidden'],
  [{ bearer: 'secret' }, 'Bearer secret2', 'forbidden'],
  [{ bearer: 'secret' }, 'secret', 'forbidden'],
  [{ bearer: 'secret' }, undefined, 'unauthenticated'],
  [{ bearer: ['old', 'new'] }, 'Bearer new', 'allowed'],
  [{ basic: { username: 'ops', password: 'p:w' } }, basic('ops:p:w'), 'allowed'],
  [{ basic: { username: 'ops', password: 'pw' } }, basic('ops:no'), 'forbidden'],
  [{ bearer: 'secret' }, `Bearer ${'x'.repeat(100_000)}`, 'forbidden'],
  [{ allow: () => false }, undefined, 'forbidden'],
  [{ allow: async ({ address }) => address === '192.0.2.1' }, undefined, 'allowed'],
])('%j with "%s" is %s', async (options, authorization, expected) => {
  expect(await check(options, authorization)).toBe(expected);
});

it('refuses rules that let everybody in', () => {
  const problems = new Problems();
  createAccess({ bearer: '', basic: { username: 'a:b', password: '' } }, 'monitoring.auth', problems);
  expect(problems.found).toHaveLength(3);
  expect(problems.found[0]).toContain('monitoring.auth.bearer');
});

it('knows the addresses of this machine', () => {
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.5', '127.9.9.9'].map(isLocal)).toEqual([true, true, true, true]);
  expect(['192.0.2.1', '', '1.127.0.0', '::2'].map(isLocal)).toEqual([false, false, false, false]);
});
