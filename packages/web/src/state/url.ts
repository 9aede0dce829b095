/** Hooks over the address bar: search parameters, the time range, navigation that keeps time and scope. */
import { useLocation, useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type CompareChoice, compareChoice } from '../lib/compare.ts';
import { firstValue, patchSearch, pickGlobals, type SearchParams, type SearchPatch } from '../lib/search-params.ts';
import { autoStepMs } from '../lib/step.ts';
import { resolveRange, type TimeRange } from '../lib/time-range.ts';
import { isZone } from '../lib/zone.ts';
import { readStored } from '../lib/stored.ts';
import { useShell } from './shell.ts';

export function useUrlSearch(): SearchParams {
  return useSearch({ strict: false }) as SearchParams;
}

/** `push` for zoom, filter, tab and drill; `replace` for typing and refresh. */
export function usePatchUrl(): (patch: SearchPatch, history?: 'push' | 'replace') => void {
  const navigate = useNavigate();
  return useCallback(
    (patch, history = 'push') => {
      void navigate({
        to: '.',
        search: ((old: SearchParams) => patchSearch(old, patch)) as never,
        replace: history === 'replace',
        resetScroll: false,
      });
    },
    [navigate],
  );
}

export type PagePath =
  | '/'
  | '/metrics'
  | '/metrics/catalog'
  | '/alerts'
  | '/alerts/rules'
  | '/alerts/rules/new'
  | '/alerts/silences'
  | '/alerts/history'
  | '/alerts/notify'
  | '/system/targets'
  | '/system/ingest'
  | '/system/storage'
  | '/system/queries'
  | '/system/about';

/** Goes to a page and takes time, zone and scope along. */
export function useGoTo(): (path: PagePath, extra?: SearchPatch) => void {
  const navigate = useNavigate();
  return useCallback(
    (path, extra = {}) => {
      void navigate({ to: path, search: ((old: SearchParams) => patchSearch(pickGlobals(old), extra)) as never });
    },
    [navigate],
  );
}

export interface RangeState extends TimeRange {
  readonly zone: string;
  readonly nowMs: number;
  /** True when the end moves with the clock. */
  readonly isLive: boolean;
}

const DEFAULT_FROM = 'now-1h';
const HISTORY_FROM = 'now-24h';

/** Without a range in the address a page shows what suits it: the data there is yet, an alert from before it began. */
function useDefaultFrom(): string {
  const overviewFrom = useShell((state) => state.overviewFrom);
  const alertFrom = useShell((state) => state.alertFrom);
  const { pathname } = useLocation();
  if (pathname === '/') return overviewFrom;
  if (pathname.startsWith('/alerts/i/')) return alertFrom ?? DEFAULT_FROM;
  return pathname.startsWith('/alerts/history') ? HISTORY_FROM : DEFAULT_FROM;
}

/** The range of the page. Text in the address bar that is no range falls back to the last hour. */
export function useRange(): RangeState {
  const search = useUrlSearch();
  const nowMs = useShell((state) => state.nowMs);
  const defaultFrom = useDefaultFrom();
  const from = firstValue(search['from']) ?? defaultFrom;
  const to = firstValue(search['to']) ?? 'now';
  const wanted = firstValue(search['tz']) ?? readStored('tz') ?? 'browser';
  const zone = isZone(wanted) ? wanted : 'browser';
  return useMemo(() => {
    const context = { nowMs, zone };
    const range = resolveRange(from, to, context) ?? resolveRange(defaultFrom, 'now', context);
    const safe = range ?? { from: DEFAULT_FROM, to: 'now', fromMs: nowMs - 3_600_000, toMs: nowMs };
    return { ...safe, zone, nowMs, isLive: safe.to.startsWith('now') };
  }, [from, to, zone, nowMs, defaultFrom]);
}

export function useSetRange(): (from: string, to: string, history?: 'push' | 'replace') => void {
  const patch = usePatchUrl();
  const tick = useShell((state) => state.tick);
  return useCallback(
    (from, to, history = 'push') => {
      tick();
      patch({ from, to }, history);
    },
    [patch, tick],
  );
}

export interface CompareState {
  readonly choice: CompareChoice | null;
  /** Chooses; the choice that is on already goes off. */
  readonly toggle: (choice: CompareChoice | null) => void;
}

/** What every time chart is compared with: `cmp` in the address bar. */
export function useCompare(): CompareState {
  const choice = compareChoice(firstValue(useUrlSearch()['cmp']));
  const patch = usePatchUrl();
  const toggle = useCallback(
    (next: CompareChoice | null) => patch({ cmp: next === choice ? null : next }),
    [patch, choice],
  );
  return { choice, toggle };
}

export const REFRESH_CHOICES = ['off', 'auto', '5s', '10s', '30s', '1m', '5m', '15m'] as const;

/** Milliseconds between refreshes, or null when off. `auto` is the step, at least 10 s. */
export function useRefreshMs(): { readonly choice: string; readonly everyMs: number | null } {
  const search = useUrlSearch();
  const { fromMs, toMs, isLive } = useRange();
  const choice = firstValue(search['refresh']) ?? 'auto';
  const match = /^(\d+)([smh])$/.exec(choice);
  if (match !== null) {
    const everyMs = Number(match[1]) * (match[2] === 's' ? 1_000 : match[2] === 'm' ? 60_000 : 3_600_000);
    return { choice, everyMs: Math.max(1_000, everyMs) };
  }
  if (choice === 'off' || !isLive) return { choice: choice === 'off' ? 'off' : 'auto', everyMs: null };
  return { choice: 'auto', everyMs: Math.max(10_000, autoStepMs(toMs - fromMs, 250)) };
}

/** The router's addresses leave out the prefix that the app is served under. */
function underPrefix(href: string): URL {
  const url = new URL(href, location.origin);
  const base = new URL(document.baseURI).pathname.replace(/\/$/, '');
  if (!url.pathname.startsWith(base)) url.pathname = base + url.pathname;
  return url;
}

/** The address that `useGoTo` would go to, for a new tab. */
export function useHrefOf(): (path: PagePath, extra?: SearchPatch) => string {
  const router = useRouter();
  const search = useUrlSearch();
  return useCallback(
    (path, extra = {}) => {
      const next = patchSearch(pickGlobals(search), extra);
      return underPrefix(router.buildLocation({ to: path, search: next as never }).href).href;
    },
    [router, search],
  );
}

/** The page's address with absolute times (for people) or as it is (for a wall screen). */
export function usePageLink(): (kind: 'absolute' | 'live') => string {
  const router = useRouter();
  const range = useRange();
  return useCallback(
    (kind) => {
      const url = underPrefix(router.state.location.href);
      if (kind === 'absolute') {
        url.searchParams.set('from', String(Math.round(range.fromMs)));
        url.searchParams.set('to', String(Math.round(range.toMs)));
      } else {
        url.searchParams.set('from', range.from);
        url.searchParams.set('to', range.to);
      }
      return url.href;
    },
    [router, range],
  );
}
