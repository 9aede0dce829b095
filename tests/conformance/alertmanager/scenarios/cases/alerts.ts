/** Short words for the alerts of cases. */
import type { AlertSpec, RouteSpec } from '../scenario.ts';

/** After the end of every scenario. */
export const FOREVER = 100;

/** A group is told of after half a unit, then every unit, and not again of the same. */
export const QUICK = {
  receiver: 'team',
  group_by: ['alertname'],
  group_wait: 0.5,
  group_interval: 1,
  repeat_interval: 100,
} satisfies RouteSpec;

export const TEAM = { team: [{}] };

/** `Down a=1 b=2`: a name and labels. */
export function labelsOf(text: string): Record<string, string> {
  const [alertname = '', ...labels] = text.split(' ');
  return { alertname, ...Object.fromEntries(labels.map((label) => label.split('=') as [string, string])) };
}

/** Fires until it is told to end. */
export function firing(text: string, startsAt?: number, annotations?: Record<string, string>): AlertSpec {
  return {
    labels: labelsOf(text),
    endsAt: FOREVER,
    ...(startsAt !== undefined && { startsAt }),
    ...(annotations !== undefined && { annotations }),
  };
}

/** Ended at a moment. */
export function ended(text: string, startsAt: number, endsAt: number): AlertSpec {
  return { labels: labelsOf(text), startsAt, endsAt };
}
