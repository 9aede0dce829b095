import { expect, test } from 'vitest';
import { unescapeLabelName } from './label-name.ts';

test.each([
  ['plain_name', 'plain_name'],
  ['U__http_2e_status', 'http.status'],
  ['U__a__b', 'a_b'],
  ['U___1f600_', '😀'],
  ['U__broken_2e', 'U__broken_2e'],
  ['U__bad_zz_', 'U__bad_zz_'],
  ['U__surrogate_d800_', 'U__surrogate_d800_'],
])('%s is %s', (escaped, name) => {
  expect(unescapeLabelName(escaped)).toBe(name);
});
