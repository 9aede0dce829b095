/** The list of all lint rules. */
import { operatorRule } from './arithmetic.ts';
import { counterRule, rangeFunctionRule } from './counters.ts';
import { histogramRule, quantileAggregationRule, quantileRangeRule } from './histograms.ts';
import { matcherRule } from './matchers.ts';
import { unknownLabelRule, unknownMetricRule } from './names.ts';
import { rangeRule } from './ranges.ts';
import { timeShiftRule } from './time-shifts.ts';
import { unknownValueRule } from './values.ts';
import type { LintRule } from './walk.ts';

export const RULES: readonly LintRule[] = [
  counterRule,
  rangeFunctionRule,
  rangeRule,
  histogramRule,
  quantileRangeRule,
  quantileAggregationRule,
  matcherRule,
  unknownMetricRule,
  unknownLabelRule,
  unknownValueRule,
  operatorRule,
  timeShiftRule,
];
