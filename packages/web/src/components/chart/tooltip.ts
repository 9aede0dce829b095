/** The chart's tooltip. Plain DOM, because it follows the pointer at every frame. Text only, never markup. */
import type { ChartData } from '../../lib/chart-data.ts';
import type { HiddenKeys } from '../../lib/legend-model.ts';
import { colourOf, type SeriesLook } from '../../lib/series-colour.ts';
import { formatValue, type Unit } from '../../lib/units.ts';
import type { CursorAt } from './plot.ts';
import { tooltipRows } from './plot-model.ts';

interface TooltipContent {
  readonly data: ChartData;
  readonly looks: readonly SeriesLook[];
  readonly hidden: HiddenKeys;
  readonly isStacked: boolean;
  readonly unit: Unit;
  readonly theme: 'light' | 'dark';
  readonly clock: (seconds: number) => string;
}

export interface Tooltip {
  readonly show: (at: CursorAt, content: TooltipContent) => void;
  readonly hide: () => void;
  readonly pin: () => void;
  readonly unpin: () => void;
  readonly isPinned: () => boolean;
}

const GAP = 14;
/** A pointer that rests this long lets the rows take their new places. */
const REST_MS = 250;

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

export function createTooltip(host: HTMLElement): Tooltip {
  const box = element('div', 'tip');
  box.hidden = true;
  box.setAttribute('aria-hidden', 'true');
  host.append(box);
  let pinned = false;
  let order: readonly number[] | null = null;
  let orderOf: ChartData | null = null;
  let movedAt = 0;

  const fill = (at: CursorAt, { data, looks, hidden, isStacked, unit, theme, clock }: TooltipContent): boolean => {
    const now = performance.now();
    const isMoving = orderOf === data && now - movedAt < REST_MS;
    const {
      rows,
      more,
      order: next,
    } = tooltipRows(data, at.index, hidden, isStacked, at.distance, isMoving ? order : null);
    [order, orderOf, movedAt] = [next, data, now];
    if (rows.length === 0) return false;
    const head = element('div', 'tip-head', clock(data.times[at.index] ?? 0));
    const isCompared = data.series.some(({ ghost }) => ghost !== undefined);
    const list = element('div', isCompared ? 'tip-rows is-compared' : 'tip-rows');
    if (isCompared) head.append(element('span', 'tip-was', 'before'));
    for (const { index, value, isNearest } of rows) {
      const series = data.series[index];
      const look = looks[index] ?? { slot: null, dash: [] };
      const row = element('div', isNearest ? 'tip-row tip-near' : 'tip-row');
      const swatch = element('i', 'swatch');
      swatch.style.background = colourOf(look, theme);
      row.append(
        swatch,
        element('span', 'tip-name', series?.name ?? ''),
        element('b', 'tip-value num', formatValue(value, unit)),
      );
      if (isCompared) row.append(element('span', 'tip-was num', formatValue(series?.ghost?.[at.index] ?? null, unit)));
      list.append(row);
    }
    box.replaceChildren(head, list);
    if (more > 0) box.append(element('div', 'tip-more', `and ${more} more`));
    return true;
  };

  const place = (at: CursorAt): void => {
    const { offsetWidth: width, offsetHeight: height } = box;
    const x = at.offsetLeft + at.left;
    const roomRight = host.clientWidth - x - GAP;
    const left = roomRight >= width ? x + GAP : Math.max(0, x - GAP - width);
    const top = Math.min(Math.max(0, at.offsetTop + at.top - height / 2), Math.max(0, host.clientHeight - height));
    box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  };

  const hide = (): void => {
    if (!pinned) box.hidden = true;
  };
  return {
    show: (at, content) => {
      if (pinned) return;
      box.hidden = false;
      if (!fill(at, content)) {
        box.hidden = true;
        return;
      }
      place(at);
    },
    hide,
    pin: () => {
      if (box.hidden) return;
      pinned = true;
      box.classList.add('is-pinned');
      box.append(element('div', 'tip-more', 'Pinned. Click again or press Esc to let go.'));
    },
    unpin: () => {
      pinned = false;
      box.classList.remove('is-pinned');
      box.hidden = true;
    },
    isPinned: () => pinned,
  };
}
