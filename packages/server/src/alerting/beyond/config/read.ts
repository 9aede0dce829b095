/** The keys of `alerting:` in sightline.yml that are more than one value. Names of receivers are checked later, when they are known. */
import { isValidLabelName } from '../../../config/prometheus/decode-kit.ts';
import type { Cursor } from '../../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../../lib/yaml-object.ts';
import { reportMissing } from '../../config/integrations/kind.ts';
import { entriesOf } from '../../config/kit.ts';
import { readLabelMatchers } from '../../config/label-matchers.ts';
import { readBusinessHours } from './business-hours.ts';
import {
  type BeyondConfig,
  type CorrelationConfig,
  type EscalationConfig,
  type EscalationStepConfig,
  NOTHING_BEYOND,
  type PresetIntervals,
  type RateLimitConfig,
} from './types.ts';

/** A name that has to exist in alertmanager.yml, where it stands. */
interface Reference {
  readonly what: 'receiver' | 'time interval';
  readonly name: string;
  readonly cursor: Cursor;
}

export interface ReadSection {
  readonly config: BeyondConfig;
  readonly intervals: PresetIntervals;
  /** Where `business_hours` stands. */
  readonly intervalsAt: Cursor | undefined;
  readonly references: readonly Reference[];
}

const MAX_STEPS = 20;
/** Every message of the period is remembered. */
const MAX_NOTIFICATIONS = 1_000n;
const DAY_MS = 86_400_000;

export function readAlertingSection(section: ObjectReader): ReadSection {
  const references: Reference[] = [];
  const intervalsAt = section.given('business_hours');
  return {
    intervals: intervalsAt === undefined ? new Map() : readBusinessHours(intervalsAt),
    intervalsAt,
    config: {
      escalations: readEscalations(section, references),
      rateLimits: readRateLimits(section, references),
      correlation: readCorrelation(section.given('correlation')),
    },
    references,
  };
}

function readEscalations(section: ObjectReader, references: Reference[]): EscalationConfig[] {
  const names = new Set<string>();
  return entriesOf(section, 'escalations', 'a list of escalations').flatMap((cursor) => {
    const reader = ObjectReader.open(cursor, 'an escalation with `name`, `matchers` and `steps`');
    if (reader === undefined) return [];
    const name = reader.string('name');
    const hint = 'what was told is remembered by it: add `name`';
    if (name === '') reportMissing(reader, 'name', 'an escalation has no name', hint);
    else if (names.has(name)) {
      reader.at('name')?.error({
        code: 'alerting/duplicate-escalation',
        message: `there are two escalations \`${name}\``,
        hint: 'rename one',
      });
    }
    names.add(name);
    const matchers = readLabelMatchers(reader);
    const steps = readSteps(reader, references);
    reader.finish({
      hints: {
        match: 'did you mean `matchers`?',
        labels: 'did you mean `matchers`?',
        receiver: '`receiver` belongs to a step: `steps: [{after: 15m, receiver: ...}]`',
        after: '`after` belongs to a step: `steps: [{after: 15m, receiver: ...}]`',
      },
    });
    return [{ name, matchers, steps }];
  });
}

function readSteps(escalation: ObjectReader, references: Reference[]): EscalationStepConfig[] {
  const steps: EscalationStepConfig[] = [];
  const cursors = entriesOf(escalation, 'steps', 'a list of steps');
  if (cursors.length === 0)
    reportMissing(escalation, 'steps', 'an escalation has no steps', 'add `steps: [{after: 15m, receiver: ...}]`');
  if (cursors.length > MAX_STEPS) {
    const finding = { code: 'alerting/too-many-steps', message: `an escalation has at most ${MAX_STEPS} steps` };
    cursors[MAX_STEPS]?.error(finding);
  }
  for (const cursor of cursors.slice(0, MAX_STEPS)) {
    const reader = ObjectReader.open(cursor, 'a step with `after` and `receiver`');
    if (reader === undefined) continue;
    const afterMs = readAfter(reader, steps.at(-1)?.afterMs ?? 0);
    const receiver = readReceiver(reader, 'a step has no receiver', references);
    const activeTimeIntervals = reader
      .list('active_time_intervals', 'a list of names of time intervals')
      .flatMap((item) => {
        const name = item.string('the name of a time interval');
        if (name === undefined) return [];
        references.push({ what: 'time interval', name, cursor: item });
        return [name];
      });
    reader.finish({
      hints: {
        active_times: 'did you mean `active_time_intervals`?',
        time_intervals: 'did you mean `active_time_intervals`?',
        mute_time_intervals: 'a step has only `active_time_intervals`',
        wait: 'did you mean `after`?',
      },
    });
    steps.push({ afterMs, receiver, activeTimeIntervals });
  }
  return steps;
}

function readAfter(step: ObjectReader, previousMs: number): number {
  const cursor = step.given('after');
  if (cursor === undefined) {
    reportMissing(step, 'after', 'a step has no time', 'write how long nobody has acknowledged: `after: 15m`');
    return previousMs;
  }
  const afterMs = cursor.duration();
  if (afterMs === undefined) return previousMs;
  if (afterMs < previousMs) {
    cursor.error({
      code: 'alerting/step-order',
      message: 'this step comes before the one above it',
      hint: 'the time of each step counts from the start of the alert; put the steps in their order',
    });
  }
  return afterMs;
}

function readReceiver(reader: ObjectReader, message: string, references: Reference[]): string {
  const cursor = reader.given('receiver');
  const name = cursor?.string('the name of a receiver') ?? '';
  if (cursor === undefined || name === '')
    reportMissing(reader, 'receiver', message, 'name a receiver of alertmanager.yml');
  else references.push({ what: 'receiver', name, cursor });
  return name;
}

function readRateLimits(section: ObjectReader, references: Reference[]): Map<string, RateLimitConfig> {
  const limits = new Map<string, RateLimitConfig>();
  for (const cursor of entriesOf(section, 'rate_limits', 'a list of limits')) {
    const reader = ObjectReader.open(cursor, 'a limit with `receiver`, `notifications` and `per`');
    if (reader === undefined) continue;
    const receiver = readReceiver(reader, 'a limit has no receiver', references);
    if (limits.has(receiver) && receiver !== '') {
      reader.at('receiver')?.error({
        code: 'alerting/duplicate-limit',
        message: `there are two limits for the receiver \`${receiver}\``,
        hint: 'keep one',
      });
    }
    const hint = 'write how many messages in which time: `notifications: 20`, `per: 1h`';
    if (!reader.isGiven('notifications')) reportMissing(reader, 'notifications', 'a limit has no number', hint);
    if (!reader.isGiven('per')) reportMissing(reader, 'per', 'a limit has no time', hint);
    const notifications = reader.integer('notifications', 1, { min: 1n, max: MAX_NOTIFICATIONS });
    const perMs = readWindow(reader.given('per'), 3_600_000);
    reader.finish({ hints: { limit: 'did you mean `notifications`?', interval: 'did you mean `per`?' } });
    limits.set(receiver, { receiver, notifications, perMs });
  }
  return limits;
}

function readCorrelation(cursor: Cursor | undefined): CorrelationConfig {
  const fallback = NOTHING_BEYOND.correlation;
  const reader = cursor === undefined ? undefined : ObjectReader.open(cursor, 'a mapping with `labels` and `window`');
  if (reader === undefined) return fallback;
  const labels = reader.list('labels', 'a list of label names').flatMap((item) => {
    const name = item.string('a label name');
    if (name === undefined || isValidLabelName(name, 'utf8')) return name ?? [];
    item.error({ code: 'alerting/label-name', message: 'a label name is empty', hint: 'remove it' });
    return [];
  });
  const windowMs = readWindow(reader.given('window'), fallback.windowMs);
  const isGiven = reader.at('labels') !== undefined;
  reader.finish({ hints: { label: 'did you mean `labels`?', within: 'did you mean `window`?' } });
  return { labels: isGiven ? labels : fallback.labels, windowMs };
}

/** A second to a day. */
function readWindow(cursor: Cursor | undefined, fallbackMs: number): number {
  const ms = cursor?.duration();
  if (ms === undefined) return fallbackMs;
  if (ms >= 1_000 && ms <= DAY_MS) return ms;
  cursor?.error({
    code: 'config/out-of-range',
    message: `\`${cursor.name}\` has to be from 1s to 1d`,
    hint: 'write a time such as `5m` or `1h`',
  });
  return fallbackMs;
}
