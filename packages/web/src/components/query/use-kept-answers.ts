/** Keeps the last answer to each question until the next one is here, so that a refresh never blanks a chart. */
import { useEffect, useRef } from 'react';

export interface KeptAnswer<T> {
  readonly value: T | undefined;
  /** The value is of an earlier time or range. */
  readonly isKept: boolean;
}

/** @param keys what was asked, the same length and order as `answers` */
export function useKeptAnswers<T>(
  keys: readonly string[],
  answers: readonly (T | undefined)[],
): readonly KeptAnswer<T>[] {
  const kept = useRef(new Map<string, T>());
  useEffect(() => {
    const next = new Map<string, T>();
    keys.forEach((key, index) => {
      const answer = answers[index] ?? kept.current.get(key);
      if (answer !== undefined) next.set(key, answer);
    });
    kept.current = next;
  });
  return keys.map((key, index) => {
    const answer = answers[index];
    return answer === undefined
      ? { value: kept.current.get(key), isKept: kept.current.has(key) }
      : { value: answer, isKept: false };
  });
}
