/** The cases of the SDK bench: their files in cases/, the ids of targets.mjs that they prove, how long they take and with what they run. */

/** A process of a micro case on a quiet machine: start, warm-up and three slices, see ENVIRONMENT. */
const WAY_SECONDS = 0.75;
/** Peers that are not installed on every Node make a case a little shorter than said. */
const micro = (file, ids, ways) => ({ file, ids, seconds: (rounds) => ways * WAY_SECONDS * rounds });

/** Rounds of the load tests: 3 when the others have 5. */
const loadRounds = (rounds) => Math.max(1, Math.ceil((rounds * 3) / 5));
const LOAD_SECONDS = 3;

/** Shorter slices than the cases have by themselves: all of them together must stay within minutes. */
export const ENVIRONMENT = { BENCH_WARM_MS: '150', BENCH_SLICE_MS: '100', BENCH_SLICES: '3' };

export const cases = [
  micro('logging-line', ['L1', 'L3', 'L7'], 6),
  micro('logging-descriptor', ['L2'], 4),
  micro('logging-redaction', ['L4'], 5),
  micro('logging-nested', ['L5'], 4),
  micro('logging-gates', ['L6'], 3),
  micro('metrics-update', ['M1', 'M2', 'M3'], 17),
  { file: 'metrics-render', ids: ['M4', 'M5'], seconds: (rounds) => 8 * rounds },
  { file: 'metrics-stall', ids: ['M6'], seconds: (rounds) => 5 * rounds },
  { file: 'metrics-memory', ids: ['M7'], seconds: (rounds) => 5 * rounds },
  micro('tracing-recorded', ['T1'], 2),
  micro('tracing-sampled-out', ['T2'], 4),
  micro('tracing-propagation', ['T3'], 2),
  micro('tracing-encoding', ['T4'], 4),
  {
    file: 'http-load',
    ids: ['H1', 'H2', 'H3'],
    args: ({ rounds }) => ['--rounds', String(loadRounds(rounds)), '--seconds', String(LOAD_SECONDS)],
    seconds: (rounds) => 9 * loadRounds(rounds) * (LOAD_SECONDS + 3),
  },
  {
    file: 'context-concurrency',
    ids: ['H4'],
    args: ({ requests }) => ['--requests', String(requests)],
    seconds: (_rounds, requests) => (requests * 8) / 2000,
  },
  { file: 'start', ids: ['S1'], seconds: (rounds) => 2 * rounds },
  { file: 'install-size', ids: ['S2'], seconds: () => 3 },
];

/**
 * The cases that a filter means: letters (`L`), ids (`M4`) and parts of file names, separated by commas.
 *
 * @throws Error naming every part that means nothing.
 */
export function chosenCases(filter) {
  if (filter === undefined) return cases;
  const parts = filter.split(',').map((part) => part.trim());
  const means = (part, { file, ids }) =>
    /^[A-Z]\d*$/.test(part) ? ids.some((id) => id === part || id[0] === part) : part !== '' && file.includes(part);
  const unknown = parts.filter((part) => !cases.some((each) => means(part, each)));
  if (unknown.length > 0) {
    throw new Error(
      `--sdk-only: no case is meant by ${unknown.map((part) => `"${part}"`).join(', ')}; give letters (L,M,T,H,S), ids (M4), or parts of ${cases.map(({ file }) => file).join(', ')}`,
    );
  }
  return cases.filter((each) => parts.some((part) => means(part, each)));
}
