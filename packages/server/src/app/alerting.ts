/**
 * Rules and alerts as they run: rule groups evaluated through the query engine, their alerts given to the Alertmanager in the
 * process, its receivers built from alertmanager.yml. A reload builds the new receivers first and then takes over.
 */
import { Labels } from '@sightline/model';
import { AlertManager } from '../alerting/alert-manager.ts';
import { Backtests } from '../alerting/backtest/backtests.ts';
import { type BuiltPlan, buildPlan } from '../alerting/build-plan.ts';
import { EventRecorder } from '../alerting/events/event-recorder.ts';
import { ExternalAlertmanagers } from '../alerting/external/external-alertmanagers.ts';
import { createAlertGrapher } from '../alerting/graph/alert-graph.ts';
import { PublishedGraphs } from '../alerting/graph/published-graphs.ts';
import { createPresenceQuery } from '../alerting/history/engine-presence.ts';
import type { PresenceQuery } from '../alerting/history/pending-spans.ts';
import { AlertInstances } from '../alerting/instances/alert-instances.ts';
import { Deliveries } from '../alerting/notify/deliveries.ts';
import type { IncompleteDelivery } from '../alerting/receivers/environment.ts';
import { returnTimes } from '../alerting/store/return-time.ts';
import type { SightlineConfig } from '../config/sightline/types.ts';
import { systemClock } from '../lib/clock.ts';
import type { QueryEngine } from '../query/engine.ts';
import { createEngineQueries } from '../rules/live/engine-query.ts';
import { RULE_DEFAULTS, RuleManager } from '../rules/live/manager.ts';
import { createStoreWriter } from '../rules/live/store-writer.ts';
import type { Storage } from '../storage/metric-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MetricsRegistry } from '../telemetry/registry.ts';
import type { LoadedConfig } from './load-config.ts';

export interface AlertingOptions {
  readonly config: SightlineConfig;
  readonly initial: LoadedConfig;
  readonly storage: Storage;
  readonly engine: QueryEngine;
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
  /** Of Sightline. */
  readonly version: string;
  /** Where people reach it, without a slash at its end. */
  readonly externalUrl: string;
}

export interface Alerting {
  readonly manager: AlertManager;
  readonly rules: RuleManager;
  /** Alertmanagers outside this process. */
  readonly external: ExternalAlertmanagers;
  readonly instances: AlertInstances;
  /** What was decided about alerts. */
  readonly events: EventRecorder;
  readonly presence: PresenceQuery;
  readonly graphs: PublishedGraphs;
  readonly deliveries: Deliveries;
  readonly backtests: Backtests;
  readonly externalUrl: string;
  /** Evaluates from now on. */
  start(): Promise<void>;
  /** Builds what a configuration asks for; `commit` takes it into use. */
  prepare(config: LoadedConfig): Promise<{ commit(): void }>;
  /** Evaluations end, then what is being delivered. */
  close(): Promise<void>;
}

/** For what waits to be sent elsewhere when the server stops. */
const SEND_GRACE_MS = 3_000;
const NO_REPORT = { annotations: Labels.EMPTY, startsAtMs: 0, endsAtMs: 0, generatorUrl: '' };
const GRAPH_CLIENT = { address: '', userAgent: 'sightline notifications' };

export async function createAlerting(options: AlertingOptions): Promise<Alerting> {
  const { config, initial, storage, engine, registry, externalUrl } = options;
  const logger = options.logger.child({ component: 'alerting' });
  const stop = new AbortController();
  const graphs = new PublishedGraphs();
  const build = planBuilder(options, graphs, logger);
  let built = build(initial);
  let current = initial;
  const deliveries = await Deliveries.open({ clock: systemClock, state: storage.state, logger, registry });
  deliveries.expect(integrationKinds(initial));
  const events = new EventRecorder({ store: storage.alertEvents, clock: systemClock, logger, registry });
  const manager = await AlertManager.open(
    {
      clock: systemClock,
      random: Math.random,
      logger,
      state: storage.state,
      events,
      deliveries,
      maxAlerts: config.alerting.maxAlerts,
      returnMs: returnTimes(initial.rules, { ...RULE_DEFAULTS, ...initial.prometheus.global }),
      registry,
    },
    built.plan,
  );
  const external = new ExternalAlertmanagers(options);
  const { query, lookback } = createEngineQueries(engine, stop.signal);
  const rules = new RuleManager({
    ...RULE_DEFAULTS,
    clock: systemClock,
    registry,
    logger: options.logger,
    externalUrl,
    lookback,
    io: { query, writer: createStoreWriter(storage.metrics.writer) },
    sink: {
      receive: (reports) => {
        const kept = external.relabel(reports);
        for (const report of kept) manager.receive(report);
        external.send(kept);
      },
    },
  });
  const { acknowledgements, incidents } = manager.beyond;
  const marks = {
    acknowledgement: (fingerprint: string) => acknowledgements.of(fingerprint),
    incidentId: (fingerprint: string) => incidents.idOf(fingerprint),
  };
  const ruleAlerts = {
    groups: () => rules.groups(),
    get externalLabels() {
      return rules.externalLabels;
    },
    get configuration() {
      return current;
    },
    toldLabels: (labels: Labels) => external.relabel([{ ...NO_REPORT, labels }])[0]?.labels,
  };
  const instances = new AlertInstances({ manager, rules: ruleAlerts, marks, now: Date.now });
  const backtests = new Backtests({
    engine,
    externalUrl,
    logger,
    settings: () => ({ ...current.prometheus.global, groups: current.rules, alertmanager: current.alertmanager }),
    nowMs: Date.now,
  });
  return {
    manager,
    rules,
    external,
    instances,
    events,
    presence: createPresenceQuery(engine, stop.signal),
    graphs,
    deliveries,
    backtests,
    externalUrl,
    start: async () => {
      (await external.prepare(initial.prometheus.alerting)).commit();
      await rules.update(initial.rules, initial.prometheus.global);
    },
    prepare: async (loaded) => {
      const next = build(loaded);
      const nextExternal = await external.prepare(loaded.prometheus.alerting);
      return {
        commit: () => {
          nextExternal.commit();
          const previous = built;
          built = next;
          current = loaded;
          deliveries.expect(integrationKinds(loaded));
          // Both only fail when something is broken in the program; the reload has already succeeded.
          const replaced = manager.reload(next.plan).then(() => previous.close());
          replaced.catch((error: unknown) => logger.error('receivers were not closed', { error }));
          rules
            .update(loaded.rules, loaded.prometheus.global)
            .catch((error: unknown) => logger.error('rules were not taken into use', { error }));
        },
      };
    },
    close: async () => {
      await Promise.all([rules.close(), backtests.close()]);
      await Promise.all([manager.close(), external.close(SEND_GRACE_MS)]);
      await deliveries.close();
      await events.close();
      stop.abort();
      await built.close();
    },
  };
}

function integrationKinds({ alertmanager }: LoadedConfig): readonly string[] {
  return alertmanager.receivers.flatMap(({ integrations }) => integrations.map(({ kind }) => kind));
}

function planBuilder(
  { engine, version, externalUrl }: AlertingOptions,
  graphs: PublishedGraphs,
  logger: Logger,
): (loaded: LoadedConfig) => BuiltPlan {
  const graph = createAlertGrapher({
    logger,
    query: async (text, range, signal) => {
      const answer = await engine.range({ text, range, workClass: 'background', client: GRAPH_CLIENT, signal });
      try {
        return answer.value.type === 'matrix' ? answer.value.series : [];
      } finally {
        answer.close();
      }
    },
  });
  return ({ alertmanager, beyond }) => {
    const built = buildPlan(alertmanager, {
      externalUrl,
      version,
      graph,
      graphUrl: async (notification, signal) => {
        const drawn = await graph(notification, signal);
        return drawn === undefined ? undefined : graphs.publish(notification, drawn, externalUrl);
      },
      onIncomplete: (delivery) => logIncomplete(delivery, logger),
    });
    return { ...built, plan: { ...built.plan, beyond } };
  };
}

function logIncomplete({ notification, integration, error }: IncompleteDelivery, logger: Logger): void {
  const { receiver, groupKey } = notification;
  logger.warn('a notification was sent, but not as configured', {
    receiver,
    groupKey,
    integration,
    error: error.message,
  });
}
