/** Where the words of Prometheus 2.42 are not those of Prometheus 3, which Sightline speaks. */

interface ErrorDifference {
  readonly reason: string;
  /** Undefined when a side does not fail. */
  readonly explains: (query: string, ours: string | undefined, theirs: string | undefined) => boolean;
}

const EXPECTED_DURATION = 'expected number, duration, step(), or range()';

const ERROR_DIFFERENCES: readonly ErrorDifference[] = [
  {
    reason: 'since 3.0 the dot of a regular expression matches newlines, so the pattern that is quoted says (?s:',
    explains: (_query, ours, theirs) => ours?.replace('^(?s:', '^(?:') === theirs,
  },
  {
    reason: 'two groups of one name are refused by the engine for regular expressions that runs here',
    explains: (_query, ours, theirs) => theirs === undefined && ours?.includes('duplicate capture group name') === true,
  },
  {
    reason: 'since 2.49 numbers may hold underscores, and what is read until a mistake shows is longer',
    explains: (query, ours) =>
      /^[0-9.]/.test(query) && ours?.startsWith('1:1: parse error: bad number or duration syntax') === true,
  },
  {
    reason: 'since 3.0 a duration may stand where a number may, so a bad one is a bad duration',
    explains: (query, ours, theirs) =>
      ours === `1:1: parse error: not a valid duration string: "${query}"` &&
      theirs === `1:1: parse error: unexpected duration "${query}"`,
  },
  {
    reason: 'since 3.4 brackets hold duration expressions',
    explains: (_query, ours, theirs) =>
      /missing unit character in duration|bad duration syntax/.test(theirs ?? '') &&
      /duration expression|bad number or duration syntax|subquery or range selector, expected/.test(ours ?? ''),
  },
  {
    reason: 'since 3.4 an offset may be a duration expression',
    explains: (_query, ours, theirs) => ours?.replace(EXPECTED_DURATION, 'expected duration') === theirs,
  },
  {
    reason: '2.42 prints the number of the token before its name',
    explains: (_query, ours, theirs) => ours === theirs?.replace(/"<Item [0-9]+>" /, ''),
  },
  {
    reason: 'since 3.9 several matches are refused even where the comparison leaves only one of them',
    explains: (query, ours, theirs) =>
      theirs === undefined &&
      query.includes(' > ') &&
      ours?.startsWith('multiple matches for labels: many-to-one') === true,
  },
  {
    reason: 'since 3.5 the parameter of topk may change from step to step; below 1 nothing is picked, and NaN is named',
    explains: (query, ours, theirs) =>
      query.startsWith('topk') &&
      / overflows int64$/.test(theirs ?? '') &&
      (ours === undefined || ours === 'Parameter value is NaN'),
  },
  {
    reason: 'since 3.0 any UTF-8 text is a label name',
    explains: (query, ours, theirs) =>
      ours === undefined && query.includes('"a b"') && theirs?.startsWith('invalid label name') === true,
  },
  {
    reason: 'holt_winters was renamed double_exponential_smoothing in 3.0',
    explains: (query, ours) =>
      query.startsWith('holt_winters') && ours?.endsWith('unknown function with name "holt_winters"') === true,
  },
];

/** Why the two differ, or undefined when nothing explains it. */
export function explanationOf(query: string, ours: string | undefined, theirs: string | undefined): string | undefined {
  return ERROR_DIFFERENCES.find((difference) => difference.explains(query, ours, theirs))?.reason;
}

/** Since 2.53 numbers are printed without an exponent. */
export function withoutExponents(printed: string): string {
  return printed.replace(/(?<![\w."])([0-9.]+)e([+-][0-9]+)/g, (_, mantissa: string, exponent: string) => {
    const value = Number(`${mantissa}e${exponent}`);
    return value >= 1 ? BigInt(value).toString() : value.toFixed(20).replace(/0+$/, '');
  });
}
