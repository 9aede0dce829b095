/** How often a page that follows alerts asks again: every few seconds unless the person chose another pace. */
import { useRefreshMs } from '../state/url.ts';

const POLL_MS = 5_000;

/** Milliseconds, or false for never. */
export function usePollMs(): number | false {
  const { choice, everyMs } = useRefreshMs();
  if (choice === 'off') return false;
  return choice === 'auto' ? POLL_MS : (everyMs ?? false);
}
