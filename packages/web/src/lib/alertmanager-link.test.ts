import { expect, it } from 'vitest';
import { fromAlertmanagerLink } from './alertmanager-link.ts';

const lead = (hash: string): string | null => {
  const path = fromAlertmanagerLink(hash);
  return path === null ? null : decodeURIComponent(path.replaceAll('+', ' '));
};

it('links of Alertmanager lead to our pages', () => {
  expect(lead('#/alerts?filter=%7Bseverity%3D%22critical%22%7D')).toBe('alerts?filter={severity="critical"}');
  expect(lead('#/alerts?receiver=pay')).toBe('alerts');
  expect(lead('#/silences')).toBe('alerts/silences');
  expect(lead('#/silences/new?filter=%7Balertname%3D%22A%20b%22%7D')).toBe('alerts/silences?new=1&m={alertname="A b"}');
  expect(lead('#/silences/7b0a9aa8-15e8-4742-9960-9cd94b0ffed8')).toBe(
    'alerts/silences?state=all&search=7b0a9aa8-15e8-4742-9960-9cd94b0ffed8',
  );
  expect(lead('#/status')).toBe('alerts/notify');
});

it('other fragments are left alone', () => {
  for (const hash of ['', '#', '#/graph', '#details', '#/alertsx']) expect(fromAlertmanagerLink(hash)).toBeNull();
});
