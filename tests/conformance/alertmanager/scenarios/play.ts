/** Plays scenarios to both sides at the same moments, in real time. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from './receivers.ts';
import { type AlertSpec, configOf, type Scenario, type SilenceSpec, type Step, type Timeline } from './scenario.ts';
import { type Side, startAlertmanager, startSightline } from './sides.ts';

export interface PlayOptions {
  readonly folder: string;
  readonly scenarios: readonly Scenario[];
  /** Units. */
  readonly length: number;
  /** When both sides read their configuration again, in units. */
  readonly reloadAt?: number;
}

export interface Told {
  readonly timeline: Timeline;
  readonly theirs: readonly Delivery[];
  readonly ours: readonly Delivery[];
}

interface Stage {
  readonly sides: readonly Side[];
  readonly timeline: Timeline;
  readonly lateness: Lateness;
}

/** How late this process was, with a step or a turn of its event loop. */
interface Lateness {
  note(ms: number): void;
  /** The longest. */
  stop(): number;
}

/** A run on a machine that stood still for this part of a unit says nothing; the next one is slower. */
const DISTURBED = 0.2;
const UNITS_MS = [2_000, 3_000, 5_000, 7_500];
/**
 * How long before the start both read their configuration anew, in units. Every 30 s from then on they take empty groups away: a whole
 * number of units, so that happens on both sides at the same moments, between posts and flushes.
 */
const LEAD = 0.75;

/** @throws when the machine was too busy each time */
export async function playUndisturbed(options: PlayOptions): Promise<Told> {
  const latest: number[] = [];
  for (const unitMs of UNITS_MS) {
    const config = (receiverUrl: string) => configOf(options.scenarios, { receiverUrl, unitMs });
    const folder = path.join(options.folder, String(latest.length));
    const sides: Side[] = [];
    try {
      const theirs = await startAlertmanager(folder, config);
      sides.push(theirs);
      const ours = await startSightline(folder, config);
      sides.push(ours);
      const lateness = watchLateness();
      const timeline = { startMs: Date.now() + LEAD * unitMs, unitMs };
      await Promise.all(sides.map((side) => side.reload(config(side.receivers.url))));
      // What goes wrong on a machine that stood still is of no interest either.
      const failure = await play(options, { sides, timeline, lateness }).then(
        () => undefined,
        (error: unknown) => error,
      );
      const latestMs = lateness.stop();
      if (latestMs < DISTURBED * unitMs) {
        if (failure !== undefined) throw failure;
        return { timeline, theirs: theirs.receivers.deliveries, ours: ours.receivers.deliveries };
      }
      latest.push(Math.round(latestMs));
    } finally {
      await Promise.all(sides.map((side) => side.stop()));
    }
  }
  throw new Error(`the machine was late by ${latest.join(', ')} ms: too busy to compare what happens when`);
}

const BEAT_MS = 25;
const SILENCE_MATCHER = /^(\w+)(=~|!~|!=|=)(.*)$/;

async function play({ scenarios, length, reloadAt }: PlayOptions, { sides, timeline, lateness }: Stage): Promise<void> {
  const { startMs, unitMs } = timeline;
  const moments = new Set(scenarios.flatMap(({ steps }) => steps.map(({ at }) => at)));
  if (reloadAt !== undefined) moments.add(reloadAt);
  const players = sides.map((side) => new Player(side, timeline));
  for (const at of [...moments].sort((a, b) => a - b)) {
    const dueMs = startMs + at * unitMs;
    await sleep(Math.max(0, dueMs - Date.now()));
    lateness.note(Date.now() - dueMs);
    if (at === reloadAt) {
      await Promise.all(
        sides.map((side) =>
          side.reload(configOf(scenarios, { receiverUrl: side.receivers.url, unitMs, isReloaded: true })),
        ),
      );
    }
    await Promise.all(players.map((player) => player.take(scenarios, at)));
    lateness.note(Date.now() - dueMs);
  }
  await sleep(Math.max(0, startMs + length * unitMs - Date.now()));
}

/** One side's part: silences have other ids on each. */
class Player {
  readonly #side: Side;
  readonly #timeline: Timeline;
  readonly #silences = new Map<string, string>();

  constructor(side: Side, timeline: Timeline) {
    this.#side = side;
    this.#timeline = timeline;
  }

  async take(scenarios: readonly Scenario[], at: number): Promise<void> {
    const alerts: object[] = [];
    const others: Promise<void>[] = [];
    for (const { name, steps } of scenarios) {
      for (const step of steps.filter((each) => each.at === at)) {
        for (const alert of step.alerts ?? []) alerts.push(this.#alert(alert, name));
        others.push(this.#other(step, name));
      }
    }
    if (alerts.length > 0) others.push(this.#side.ask('POST', 'alerts', alerts).then(() => undefined));
    await Promise.all(others);
  }

  async #other({ silence, expire, answers = {} }: Step, scenario: string): Promise<void> {
    for (const [receiver, status] of Object.entries(answers)) {
      this.#side.receivers.answer(`/${scenario}/${receiver}`, status);
    }
    if (silence !== undefined) await this.#silence(silence, scenario);
    if (expire !== undefined) await this.#side.ask('DELETE', `silence/${this.#silences.get(`${scenario}/${expire}`)}`);
  }

  async #silence({ ref, matchers, from, to }: SilenceSpec, scenario: string): Promise<void> {
    const key = `${scenario}/${ref}`;
    const id = this.#silences.get(key);
    const answer = await this.#side.ask('POST', 'silences', {
      ...(id !== undefined && { id }),
      matchers: [`scenario=${scenario}`, ...matchers].map(matcherOf),
      startsAt: this.#time(from),
      endsAt: this.#time(to),
      createdBy: 'scenario',
      comment: key,
    });
    this.#silences.set(key, (answer as { silenceID: string }).silenceID);
  }

  #alert({ labels, annotations, startsAt, endsAt }: AlertSpec, scenario: string): object {
    return {
      labels: { ...labels, scenario },
      generatorURL: 'http://prometheus.example.org/graph?g0.expr=up',
      ...(annotations !== undefined && { annotations }),
      ...(startsAt !== undefined && { startsAt: this.#time(startsAt) }),
      ...(endsAt !== undefined && { endsAt: this.#time(endsAt) }),
    };
  }

  #time(units: number): string {
    const { startMs, unitMs } = this.#timeline;
    return new Date(startMs + units * unitMs).toISOString();
  }
}

function matcherOf(text: string): object {
  const [, name, op = '=', value] = SILENCE_MATCHER.exec(text) ?? [];
  return { name, value, isRegex: op.includes('~'), isEqual: !op.startsWith('!') };
}

function watchLateness(): Lateness {
  let latestMs = 0;
  let dueMs = performance.now() + BEAT_MS;
  const note = (ms: number) => {
    latestMs = Math.max(latestMs, ms);
  };
  const timer = setInterval(() => {
    note(performance.now() - dueMs);
    dueMs = performance.now() + BEAT_MS;
  }, BEAT_MS);
  return {
    note,
    stop: () => {
      clearInterval(timer);
      return latestMs;
    },
  };
}
