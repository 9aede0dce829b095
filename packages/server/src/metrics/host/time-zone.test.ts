import { expect, test } from 'vitest';
import { HostFiles } from './host-files.ts';
import { fixtureHost } from './testing/fixture-host.ts';
import { nameIn, zoneAbbreviation } from './time-zone.ts';

test.each([
  ['UTC0', 0, 'UTC'],
  ['CET-1CEST,M3.5.0,M10.5.0/3', 3600, 'CET'],
  ['CET-1CEST,M3.5.0,M10.5.0/3', 7200, 'CEST'],
  ['EST5EDT,M3.2.0,M11.1.0', -18000, 'EST'],
  ['EST5EDT,M3.2.0,M11.1.0', -14400, 'EDT'],
  ['IST-5:30', 19800, 'IST'],
  ['<+03>-3', 10800, '+03'],
  ['<-0330>3:30', -12600, '-0330'],
  ['IST-1GMT0,M10.5.0,M3.5.0/1', 0, 'GMT'],
  ['', 0, undefined],
  ['JST-9', 3600, undefined],
])('%s at %d seconds is %s', (posixTz, offset, name) => {
  expect(nameIn(posixTz, offset)).toBe(name);
});

test('takes the last line of the local zone file, else what JavaScript knows', () => {
  const host = fixtureHost({ 'root/etc/localtime': 'TZif2...\u0000binary\n<+05>-5\n' });
  const files = new HostFiles({ procPath: '/nowhere', sysPath: '/nowhere', rootfsPath: `${host.root}/root` });
  expect(zoneAbbreviation(files, new Date(), 18_000)).toBe('+05');
  const none = new HostFiles({ procPath: '/nowhere', sysPath: '/nowhere', rootfsPath: '/nowhere' });
  expect(zoneAbbreviation(none, new Date(), 0)).toMatch(/^[A-Z]{2,5}$|^[+-]\d{2}/);
});
