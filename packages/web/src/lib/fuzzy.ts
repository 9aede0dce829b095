/** Fuzzy matching for the palette: every word must occur; starts of words and whole names rank first. */

/** 0 when it does not match, higher is better. */
function fuzzyScore(text: string, query: string): number {
  const haystack = text.toLowerCase();
  const words = query
    .toLowerCase()
    .split(/[\s_]+/)
    .filter((word) => word !== '');
  if (words.length === 0) return 1;
  let score = 0;
  for (const word of words) {
    const at = haystack.indexOf(word);
    if (at >= 0) {
      const isStart = at === 0 || /[^a-z0-9]/.test(haystack[at - 1] ?? '');
      score += (at === 0 ? 40 : isStart ? 25 : 10) + Math.min(20, (word.length / haystack.length) * 20);
      continue;
    }
    const spread = subsequenceScore(haystack, word);
    if (spread === 0) return 0;
    score += spread;
  }
  return score / words.length;
}

function subsequenceScore(haystack: string, word: string): number {
  if (word.length < 3) return 0;
  let from = 0;
  let gaps = 0;
  for (const char of word) {
    const at = haystack.indexOf(char, from);
    if (at < 0) return 0;
    gaps += at - from;
    from = at + 1;
  }
  return gaps > word.length * 2 ? 0 : Math.max(1, 8 - gaps);
}

export function fuzzyTop<T>(items: readonly T[], query: string, textOf: (item: T) => string, limit: number): T[] {
  return items
    .map((item, index) => ({ item, index, score: fuzzyScore(textOf(item), query) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, limit)
    .map(({ item }) => item);
}
