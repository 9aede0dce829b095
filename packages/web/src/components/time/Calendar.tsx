/** A month to pick days from: drag over days, or press Enter on the first and the last. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { instantOf, wallClock } from '../../lib/zone.ts';

interface CalendarProps {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
  readonly nowMs: number;
  readonly onSelect: (fromMs: number, toMs: number) => void;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const DAY_MS = 86_400_000;

/** Days as numbers since 1970, in wall clock terms. */
const dayNumber = (year: number, month: number, day: number): number =>
  Math.round(Date.UTC(year, month - 1, day) / DAY_MS);

export function Calendar({ fromMs, toMs, zone, nowMs, onSelect }: CalendarProps): ReactNode {
  const end = wallClock(toMs, zone);
  const start = wallClock(fromMs, zone);
  const today = wallClock(nowMs, zone);
  const [month, setMonth] = useState(end.year * 12 + end.month - 1);
  const [anchor, setAnchor] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const year = Math.floor(month / 12);
  const monthNumber = (month % 12) + 1;
  const first = dayNumber(year, monthNumber, 1);
  const lead = (new Date(first * DAY_MS).getUTCDay() + 6) % 7;
  const length = new Date(Date.UTC(year, monthNumber, 0)).getUTCDate();
  const todayNumber = dayNumber(today.year, today.month, today.day);
  const picked: [number, number] =
    anchor === null
      ? [dayNumber(start.year, start.month, start.day), dayNumber(end.year, end.month, end.day)]
      : [Math.min(anchor, over ?? anchor), Math.max(anchor, over ?? anchor)];

  const finish = (day: number): void => {
    if (anchor === null) return;
    const [low, high] = [Math.min(anchor, day), Math.max(anchor, day)];
    const at = (number: number): number => {
      const date = new Date(number * DAY_MS);
      return instantOf(
        {
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
          hour: 0,
          minute: 0,
          second: 0,
        },
        zone,
      );
    };
    setAnchor(null);
    onSelect(at(low), at(high + 1) - 1);
  };
  const onKeyDown = (event: KeyboardEvent, day: number): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (anchor === null) setAnchor(day);
      else finish(day);
      return;
    }
    const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const target = event.currentTarget.parentElement?.querySelector<HTMLElement>(`[data-day="${day + move}"]`);
    target?.focus();
    setOver(day + move);
  };

  return (
    <fieldset className="calendar" aria-label="Calendar" onPointerLeave={() => setOver(null)}>
      <div className="calendar-head">
        <button type="button" className="icon-button" aria-label="Month before" onClick={() => setMonth(month - 1)}>
          <ChevronLeft size={14} aria-hidden="true" />
        </button>
        <span aria-live="polite">
          {MONTHS[monthNumber - 1]} {year}
        </span>
        <button type="button" className="icon-button" aria-label="Month after" onClick={() => setMonth(month + 1)}>
          <ChevronRight size={14} aria-hidden="true" />
        </button>
      </div>
      <div className="calendar-grid">
        {WEEKDAYS.map((name) => (
          <span key={name} className="calendar-weekday" aria-hidden="true">
            {name}
          </span>
        ))}
        {Array.from({ length: lead }, (_, index) => (
          <span key={`lead-${String(index)}`} />
        ))}
        {Array.from({ length }, (_, index) => {
          const day = first + index;
          const isPicked = day >= picked[0] && day <= picked[1];
          return (
            <button
              key={day}
              type="button"
              data-day={day}
              className="calendar-day num"
              aria-pressed={isPicked}
              aria-label={`${index + 1} ${MONTHS[monthNumber - 1]} ${year}`}
              data-today={day === todayNumber}
              disabled={day > todayNumber}
              onPointerDown={() => {
                setAnchor(day);
                setOver(day);
              }}
              onPointerEnter={() => anchor !== null && setOver(day)}
              onPointerUp={() => finish(day)}
              onKeyDown={(event) => onKeyDown(event, day)}
            >
              {index + 1}
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}
