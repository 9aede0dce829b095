import { expect, test } from 'vitest';
import { renderConfigReference } from './generate-reference.ts';
import { OPTIONS } from './sightline/options.ts';

test('every option stands on the page with its flag and variable', () => {
  const page = renderConfigReference();
  for (const { name, flag, env } of OPTIONS) {
    expect(page).toContain(`### \`${name}\``);
    expect(page).toContain(`\`--${flag}\``);
    expect(page).toContain(`\`${env}\``);
  }
});
