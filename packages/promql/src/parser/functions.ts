/**
 * The signatures of PromQL's functions and aggregations: what the type check uses and what an editor offers.
 * Source: the function reference of Prometheus 3.
 */
import type { AggregateOp, FunctionSignature, ValueType } from './ast.ts';

type Row = readonly [name: string, args: string, returns: ValueType, doc: string, flags?: string];

/**
 * v instant vector, m range vector, s scalar, t text; `?` the last may be missing, `*` the last may be repeated, a digit how
 * often it may be given.
 */
const ROWS: readonly Row[] = [
  ['abs', 'v', 'vector', 'Absolute value of every sample.'],
  ['absent', 'v', 'vector', '1 when the vector has no element, else nothing.'],
  ['absent_over_time', 'm', 'vector', '1 when the range has no sample, else nothing.'],
  ['acos', 'v', 'vector', 'Arc cosine, in radians.'],
  ['acosh', 'v', 'vector', 'Inverse hyperbolic cosine.'],
  ['asin', 'v', 'vector', 'Arc sine, in radians.'],
  ['asinh', 'v', 'vector', 'Inverse hyperbolic sine.'],
  ['atan', 'v', 'vector', 'Arc tangent, in radians.'],
  ['atanh', 'v', 'vector', 'Inverse hyperbolic tangent.'],
  ['avg_over_time', 'm', 'vector', 'Mean of the values in the range.'],
  ['ceil', 'v', 'vector', 'Rounds up to the next whole number.'],
  ['changes', 'm', 'vector', 'How often the value changed in the range.'],
  ['clamp', 'vss', 'vector', 'Limits values to lie between min and max.'],
  ['clamp_max', 'vs', 'vector', 'Limits values to at most max.'],
  ['clamp_min', 'vs', 'vector', 'Limits values to at least min.'],
  ['cos', 'v', 'vector', 'Cosine of an angle in radians.'],
  ['cosh', 'v', 'vector', 'Hyperbolic cosine.'],
  ['count_over_time', 'm', 'vector', 'Number of samples in the range.'],
  ['days_in_month', 'v?', 'vector', 'Days of the month (28 to 31) of a UTC time.'],
  ['day_of_month', 'v?', 'vector', 'Day of the month (1 to 31) of a UTC time.'],
  ['day_of_week', 'v?', 'vector', 'Day of the week (0 Sunday to 6) of a UTC time.'],
  ['day_of_year', 'v?', 'vector', 'Day of the year (1 to 366) of a UTC time.'],
  ['deg', 'v', 'vector', 'Radians to degrees.'],
  ['delta', 'm', 'vector', 'Difference of a gauge over the range, extrapolated to its edges.'],
  ['deriv', 'm', 'vector', 'Slope per second of a gauge by linear regression.'],
  ['double_exponential_smoothing', 'mss', 'vector', 'Smoothed value of a gauge with a trend.', 'experimental'],
  ['end', '', 'scalar', 'Unix time of the end of the query, in seconds.', 'experimental'],
  ['exp', 'v', 'vector', 'e to the power of every value.'],
  ['first_over_time', 'm', 'vector', 'Oldest value in the range.'],
  ['floor', 'v', 'vector', 'Rounds down to the next whole number.'],
  ['histogram_avg', 'v', 'vector', 'Mean of a native histogram.'],
  ['histogram_count', 'v', 'vector', 'Number of observations of a native histogram.'],
  ['histogram_fraction', 'ssv', 'vector', 'Share of observations between two bounds.'],
  ['histogram_quantile', 'sv', 'vector', 'Quantile estimated from histogram buckets (label le).'],
  [
    'histogram_quantiles',
    'vtss9',
    'vector',
    'Several quantiles at once, told apart by a label (of the second argument).',
    'experimental',
  ],
  ['histogram_stddev', 'v', 'vector', 'Standard deviation of a native histogram.'],
  ['histogram_stdvar', 'v', 'vector', 'Variance of a native histogram.'],
  ['histogram_sum', 'v', 'vector', 'Sum of the observations of a native histogram.'],
  ['hour', 'v?', 'vector', 'Hour of the day (0 to 23) of a UTC time.'],
  ['idelta', 'm', 'vector', 'Difference of the last two samples of a gauge.'],
  ['increase', 'm', 'vector', 'Increase of a counter over the range, extrapolated to its edges.'],
  ['info', 'vv?', 'vector', 'Adds labels of info metrics such as target_info.', 'experimental'],
  ['irate', 'm', 'vector', 'Increase per second between the last two samples of a counter.'],
  ['label_join', 'vttt*', 'vector', 'Joins label values with a separator into a label.'],
  ['label_replace', 'vtttt', 'vector', 'Sets a label from a regular expression over another.'],
  ['last_over_time', 'm', 'vector', 'Newest value in the range.'],
  ['ln', 'v', 'vector', 'Natural logarithm.'],
  ['log10', 'v', 'vector', 'Decimal logarithm.'],
  ['log2', 'v', 'vector', 'Binary logarithm.'],
  ['mad_over_time', 'm', 'vector', 'Median absolute deviation in the range.', 'experimental'],
  ['max_of', 'ss', 'scalar', 'The larger of two scalars.', 'experimental'],
  ['max_over_time', 'm', 'vector', 'Largest value in the range.'],
  ['min_of', 'ss', 'scalar', 'The smaller of two scalars.', 'experimental'],
  ['min_over_time', 'm', 'vector', 'Smallest value in the range.'],
  ['minute', 'v?', 'vector', 'Minute of the hour (0 to 59) of a UTC time.'],
  ['month', 'v?', 'vector', 'Month (1 to 12) of a UTC time.'],
  ['pi', '', 'scalar', 'The number pi.'],
  ['predict_linear', 'ms', 'vector', 'Value of a gauge in so many seconds, by linear regression.'],
  ['present_over_time', 'm', 'vector', '1 for every series with a sample in the range.'],
  ['quantile_over_time', 'sm', 'vector', 'Quantile of the values in the range.'],
  ['rad', 'v', 'vector', 'Degrees to radians.'],
  ['range', '', 'scalar', 'Time between start and end of the query, in seconds.', 'experimental'],
  ['rate', 'm', 'vector', 'Increase per second of a counter, averaged over the range.'],
  ['resets', 'm', 'vector', 'How often a counter was reset in the range.'],
  ['round', 'vs?', 'vector', 'Rounds to the nearest multiple (of 1).'],
  ['scalar', 'v', 'scalar', 'The value of a vector of one element, else NaN.'],
  ['sgn', 'v', 'vector', 'Sign: 1, 0 or -1.'],
  ['sin', 'v', 'vector', 'Sine of an angle in radians.'],
  ['sinh', 'v', 'vector', 'Hyperbolic sine.'],
  ['sort', 'v', 'vector', 'Sorts by value, smallest first (instant queries).'],
  ['sort_by_label', 'vt*', 'vector', 'Sorts by label values, naturally, ascending.', 'experimental'],
  ['sort_by_label_desc', 'vt*', 'vector', 'Sorts by label values, naturally, descending.', 'experimental'],
  ['sort_desc', 'v', 'vector', 'Sorts by value, largest first (instant queries).'],
  ['sqrt', 'v', 'vector', 'Square root.'],
  ['start', '', 'scalar', 'Unix time of the start of the query, in seconds.', 'experimental'],
  ['start_timestamp', 'v', 'vector', 'When the counting of each sample began; not stored, so nothing.', 'experimental'],
  ['step', '', 'scalar', 'Step of the query, in seconds; 0 in an instant query.', 'experimental'],
  ['stddev_over_time', 'm', 'vector', 'Standard deviation of the values in the range.'],
  ['stdvar_over_time', 'm', 'vector', 'Variance of the values in the range.'],
  ['sum_over_time', 'm', 'vector', 'Sum of the values in the range.'],
  ['tan', 'v', 'vector', 'Tangent of an angle in radians.'],
  ['tanh', 'v', 'vector', 'Hyperbolic tangent.'],
  ['time', '', 'scalar', 'Unix time of the evaluation, in seconds.'],
  ['timestamp', 'v', 'vector', 'Unix time of every sample, in seconds.'],
  ['ts_of_first_over_time', 'm', 'vector', 'Time of the oldest sample in the range.', 'experimental'],
  ['ts_of_last_over_time', 'm', 'vector', 'Time of the newest sample in the range.', 'experimental'],
  ['ts_of_max_over_time', 'm', 'vector', 'Time of the largest sample in the range.', 'experimental'],
  ['ts_of_min_over_time', 'm', 'vector', 'Time of the smallest sample in the range.', 'experimental'],
  ['vector', 's', 'vector', 'A vector of one element without labels.'],
  ['year', 'v?', 'vector', 'Year of a UTC time.'],
];

const TYPES: Readonly<Record<string, ValueType>> = { v: 'vector', m: 'matrix', s: 'scalar', t: 'string' };

export const FUNCTIONS: readonly FunctionSignature[] = ROWS.map(([name, args, returnType, doc, flags]) => ({
  name,
  argTypes: [...args].flatMap((letter) => TYPES[letter] ?? []),
  variadic: variadicOf(args.at(-1) ?? ''),
  returnType,
  isExperimental: flags === 'experimental',
  doc,
}));

function variadicOf(last: string): number {
  if (last === '?') return 1;
  if (last === '*') return -1;
  return /\d/.test(last) ? Number(last) : 0;
}

const BY_NAME: ReadonlyMap<string, FunctionSignature> = new Map(FUNCTIONS.map((func) => [func.name, func]));

export function findFunction(name: string): FunctionSignature | undefined {
  return BY_NAME.get(name);
}

export interface AggregationSignature {
  readonly name: AggregateOp;
  /** Type of the first argument before the vector, undefined when there is none. */
  readonly param: ValueType | undefined;
  readonly isExperimental: boolean;
  readonly doc: string;
}

function aggregation(name: AggregateOp, doc: string, param?: ValueType, isExperimental = false): AggregationSignature {
  return { name, param, isExperimental, doc };
}

export const AGGREGATIONS: readonly AggregationSignature[] = [
  aggregation('sum', 'Sum of the values of each group.'),
  aggregation('avg', 'Mean of the values of each group.'),
  aggregation('count', 'Number of elements of each group.'),
  aggregation('min', 'Smallest value of each group.'),
  aggregation('max', 'Largest value of each group.'),
  aggregation('group', '1 for each group.'),
  aggregation('stddev', 'Standard deviation of each group.'),
  aggregation('stdvar', 'Variance of each group.'),
  aggregation('topk', 'The k largest elements of each group.', 'scalar'),
  aggregation('bottomk', 'The k smallest elements of each group.', 'scalar'),
  aggregation('count_values', 'Number of elements with each value, which goes into a label.', 'string'),
  aggregation('quantile', 'Quantile of the values of each group.', 'scalar'),
  aggregation('limitk', 'k elements of each group.', 'scalar', true),
  aggregation('limit_ratio', 'A share of the elements of each group, chosen by hash of the labels.', 'scalar', true),
];

const AGGREGATION_BY_NAME: ReadonlyMap<string, AggregationSignature> = new Map(
  AGGREGATIONS.map((entry) => [entry.name, entry]),
);

export function aggregationOf(op: AggregateOp): AggregationSignature {
  return AGGREGATION_BY_NAME.get(op) as AggregationSignature;
}

/** Stands in the tree of a text that has an error anyway. */
export const UNKNOWN_FUNCTION: FunctionSignature = {
  name: '',
  argTypes: [],
  variadic: -1,
  returnType: 'vector',
  isExperimental: false,
  doc: '',
};
