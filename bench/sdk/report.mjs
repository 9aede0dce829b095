/** The section of bench/RESULTS.md about the SDK: a table per version of Node, of the rows of targets.mjs. */
import { judge, rows, short } from './targets.mjs';

const TITLE = '## SDK';
const HEAD = ['id', 'measured', 'SDK', 'compared with', 'its figure', 'ratio', 'goal', 'result'];

/**
 * @param results Of `measureSdk`.
 * @param previous The section as it was, whose tables of other Node versions and rows of other ids are kept.
 */
export function sdkSection(results, previous = '') {
  const [, ...tables] = previous.split(/\n(?=### Node )/);
  const before = new Map(tables.map((text) => [/^### Node (\d+)/.exec(text)[1], text.trim()]));
  for (const { version, lines, failures } of results) {
    const [major] = version.split('.');
    const measured = rows.map((row) => judge(row, lines, failures, Number(major)));
    before.set(major, nodeTable(version, measured, before.get(major)));
  }
  const intro =
    'Each case runs in a process of its own, each way of a case too; the ways of a case alternate in several rounds and their median counts. The built package is measured. "N×": the peer takes N times as long as the SDK; "N of it", "1/N": the SDK takes, or keeps, that part of what the peer has. Rows without a goal are for comparison.';
  return [TITLE, intro, ...[...before].sort(([a], [b]) => a - b).map(([, text]) => text)].join('\n\n');
}

/** @param measured One judgement per row of targets.mjs, undefined where its case did not run: those keep their previous lines. */
function nodeTable(version, measured, previous = '') {
  const kept = new Map();
  for (const line of previous.split('\n')) {
    const id = /^\| ([A-Z]\d) \|/.exec(line)?.[1];
    if (id !== undefined) kept.set(id, [...(kept.get(id) ?? []), line]);
  }
  const ids = [...new Set(rows.map(({ id }) => id))];
  const body = ids.flatMap((id) => {
    const own = measured.filter((each) => each?.id === id);
    return own.length > 0 ? own.map((each) => line(cells(each))) : (kept.get(id) ?? []);
  });
  const counted = (state) => body.filter((text) => text.includes(`| ${state}`)).length;
  const summary = `${counted('reached')} goals reached, ${counted('missed')} missed, ${counted('failed')} failed.`;
  return [`### Node ${version}`, summary, [line(HEAD), line(HEAD.map(() => '---')), ...body].join('\n')].join('\n\n');
}

const line = (texts) => `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;

function cells({ id, what, unit, own, peer = '', theirs, ratio = '', goal = '', state, error, tests }) {
  if (state === 'tests') return [id, what, '', '', '', '', 'yes', `tests: ${tests}`];
  const figure = (value) => (value === undefined ? '' : `${unit === '' ? value : short(value)} ${unit}`.trim());
  if (state === 'failed') return [id, what, '', peer, '', '', goal, `failed: ${error}`];
  if (state === 'absent') return [id, what, figure(own), peer, 'not installed on this Node', '', goal, ''];
  return [id, what, figure(own), peer, figure(theirs), ratio, goal, state === 'no goal' ? '' : state];
}
