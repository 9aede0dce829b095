import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FixtureFiles, type FixtureHost, fixtureHost } from '../testing/fixture-host.ts';

/** The directory is known only after the host exists, so the option points through a getter. */
function hostWith(files: FixtureFiles): FixtureHost {
  const host = fixtureHost(files, {
    get textfileDirectory() {
      return join(host.root, 'text');
    },
  });
  return host;
}

test('passes on samples with their type and help, histograms in one family', async () => {
  const host = hostWith({
    'text/a.prom':
      '# HELP job_runs_total Runs.\n# TYPE job_runs_total counter\njob_runs_total{job="x\\ny"} 3\n' +
      '# TYPE wait_seconds histogram\nwait_seconds_bucket{le="+Inf"} 2\nwait_seconds_sum 1.5\nwait_seconds_count 2\nplain 7\n',
    'text/ignored.txt': 'nonsense',
  });
  const body = await host.body('textfile');
  expect(body).toContain('# HELP job_runs_total Runs.\n# TYPE job_runs_total counter\njob_runs_total{job="x\\ny"} 3\n');
  expect(body).toContain(
    '# TYPE wait_seconds histogram\nwait_seconds_bucket{le="+Inf"} 2\nwait_seconds_sum 1.5\nwait_seconds_count 2\n',
  );
  expect(body).toContain('# TYPE plain untyped\nplain 7\n');
  expect(body).toMatch(/^node_textfile_mtime_seconds\{file="\/fixture\/text\/a\.prom"\} \d+/m);
  expect(body).toContain('\nnode_textfile_scrape_error 0\n');
});

test('leaves a broken file and one with timestamps out as a whole, and says why once', async () => {
  const host = hostWith({
    'text/broken.prom': 'good 1\nbad{ 2\n',
    'text/good.prom': 'fine 1\n',
    'text/stamped.prom': 'old 1 1700000000000\n',
  });
  const samples = await host.samples('textfile');
  expect(samples.filter((line) => !line.startsWith('node_textfile_mtime'))).toEqual([
    'fine 1',
    'node_textfile_scrape_error 1',
  ]);
  await host.samples('textfile');
  expect(host.warnings).toHaveLength(1);
  expect(host.warnings[0]).toContain('broken.prom: line 2');
  expect(host.warnings[0]).toContain('stamped.prom: a sample has a timestamp');
});

test('reports a directory that cannot be read', async () => {
  const host = hostWith({});
  expect(await host.samples('textfile')).toEqual(['node_textfile_scrape_error 1']);
});
