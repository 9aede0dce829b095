/** Seeded mutations of good bodies: bytes changed, dropped, doubled, moved, cut. The same seed gives the same bodies. */
import type { ExpositionCase } from './cases.ts';

const BASES: readonly ExpositionCase[] = [
  {
    format: 'text',
    body: '# HELP a Some help.\n# TYPE a counter\na{x="y",z="w"} 1.5e3\nb 2\n\n# note\nc{le="+Inf"} NaN\n',
  },
  { format: 'text', body: 'a 1\nb{x="a\\\\b\\"c\\n"} -0.25\n#x\n_c:d{ e="f" , } +Inf\n' },
  {
    format: 'openmetrics',
    body: '# HELP a Some help.\n# TYPE a counter\n# UNIT a_s s\na_total{x="y",z="w"} 1.5e3 # {t="u"} 1 1.5\nb 2\n# EOF\n',
  },
  { format: 'openmetrics', body: 'a 1\nb{x="a\\\\b\\"c\\n"} -0.25\nc_bucket{le="+Inf"} 3 # {} 0.5\n# EOF\n' },
];

/** Bytes that mean something to the parsers, and a few that mean nothing. */
const ALPHABET = '\n\n  \t{}{},="""\\#aexpHELPTYPE_:.019+-InfNaN\r\0ä ';

export function mutatedCases(seed: number, count: number): ExpositionCase[] {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, (_, index) => {
    const base = BASES[index % BASES.length] as ExpositionCase;
    let text = base.body as string;
    for (let edits = 1 + random(3); edits > 0; edits--) text = mutate(text, random);
    return { format: base.format, body: text };
  });
}

function mutate(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1);
  const char = ALPHABET[random(ALPHABET.length)] as string;
  const end = Math.min(text.length, at + 1 + random(4));
  switch (random(6)) {
    case 0:
      return text.slice(0, at) + char + text.slice(at);
    case 1:
      return text.slice(0, at) + char + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + text.slice(end);
    case 3:
      return text.slice(0, end) + text.slice(at);
    case 4: {
      const other = random(text.length);
      return text.slice(0, at) + text.slice(other, other + 6) + text.slice(at);
    }
    default:
      return random(8) === 0 ? text.slice(0, at) : text.slice(0, at) + char + char + text.slice(at);
  }
}
