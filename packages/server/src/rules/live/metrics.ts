/** Instruments of the rule scheduler, named after Prometheus's `prometheus_rule_*`. */
import type { Counter, Gauge, Histogram, MetricsRegistry } from '../../telemetry/registry.ts';

/** The series of one group. */
export interface GroupMetrics {
  readonly iterations: Counter;
  readonly missed: Counter;
  readonly evaluations: Counter;
  readonly failures: Counter;
  readonly rules: Gauge;
  readonly intervalSeconds: Gauge;
  readonly lastEvaluationSeconds: Gauge;
  readonly lastDurationSeconds: Gauge;
  readonly lastSamples: Gauge;
}

export interface RuleMetrics {
  readonly ruleSeconds: Histogram;
  readonly groupSeconds: Histogram;
  group(key: string): GroupMetrics;
  /** The group is gone. */
  forget(key: string): void;
}

const BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 20, 60];
const labelNames = ['rule_group'];

export function createRuleMetrics(registry: MetricsRegistry): RuleMetrics {
  const counter = (name: string, help: string) => registry.counterFamily({ name, help, labelNames });
  const gauge = (name: string, help: string) => registry.gaugeFamily({ name, help, labelNames });
  const families = {
    iterations: counter(
      'sightline_rule_group_iterations_total',
      'Evaluations of groups that were due, missed ones too.',
    ),
    missed: counter(
      'sightline_rule_group_iterations_missed_total',
      'Evaluations of groups left out because the one before was still running.',
    ),
    evaluations: counter('sightline_rule_evaluations_total', 'Evaluations of rules.'),
    failures: counter('sightline_rule_evaluation_failures_total', 'Evaluations of rules that failed.'),
    rules: gauge('sightline_rule_group_rules', 'Rules of the group.'),
    intervalSeconds: gauge('sightline_rule_group_interval_seconds', 'Interval of the group.'),
    lastEvaluationSeconds: gauge(
      'sightline_rule_group_last_evaluation_timestamp_seconds',
      'Start of the last evaluation of the group.',
    ),
    lastDurationSeconds: gauge(
      'sightline_rule_group_last_duration_seconds',
      'Time of the last evaluation of the group.',
    ),
    lastSamples: gauge('sightline_rule_group_last_evaluation_samples', 'Samples of the last evaluation of the group.'),
  };
  return {
    ruleSeconds: registry.histogram({
      name: 'sightline_rule_evaluation_duration_seconds',
      help: 'Time of the evaluation of one rule, its write included.',
      buckets: BUCKETS,
    }),
    groupSeconds: registry.histogram({
      name: 'sightline_rule_group_duration_seconds',
      help: 'Time of the evaluation of a group.',
      buckets: BUCKETS,
    }),
    group(key) {
      const values = { rule_group: key };
      return {
        iterations: families.iterations.labels(values),
        missed: families.missed.labels(values),
        evaluations: families.evaluations.labels(values),
        failures: families.failures.labels(values),
        rules: families.rules.labels(values),
        intervalSeconds: families.intervalSeconds.labels(values),
        lastEvaluationSeconds: families.lastEvaluationSeconds.labels(values),
        lastDurationSeconds: families.lastDurationSeconds.labels(values),
        lastSamples: families.lastSamples.labels(values),
      };
    },
    forget(key) {
      for (const family of Object.values(families)) family.remove({ rule_group: key });
    },
  };
}
