/** A file of rule tests, decoded: promtool's format. Series notation and expressions are still text: they fail their own test. */
import type { Labels } from '@sightline/model';
import type { Position } from '../../lib/diagnostic.ts';
import type { LabelPair } from '../rule-file/types.ts';

export interface UnitTestFile {
  /** Patterns as written; relative ones start at the folder of the file. */
  readonly ruleFiles: readonly string[];
  readonly evaluationIntervalMs: number;
  readonly groupEvalOrder: readonly string[];
  /** Values may differ by the last bit. */
  readonly fuzzyCompare: boolean;
  readonly tests: readonly TestGroup[];
}

export interface TestGroup {
  /** '' when it has none. */
  readonly name: string;
  readonly intervalMs: number;
  readonly inputSeries: readonly InputSeries[];
  readonly alertTests: readonly AlertTest[];
  readonly exprTests: readonly ExprTest[];
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Time of the first sample and evaluation, unix ms. */
  readonly startMs: number;
}

export interface InputSeries {
  readonly series: string;
  readonly values: string;
  readonly position: Position;
}

export interface AlertTest {
  readonly evalTimeMs: number;
  readonly alertname: string;
  readonly expected: readonly ExpectedAlert[];
}

/** Sorted by name; empty values count. */
export interface ExpectedAlert {
  readonly labels: readonly LabelPair[];
  readonly annotations: readonly LabelPair[];
}

export interface ExprTest {
  readonly expr: string;
  readonly evalTimeMs: number;
  readonly expected: readonly ExpectedSample[];
}

export interface ExpectedSample {
  readonly labels: string;
  readonly value: number;
  /** Notation of a native histogram, '' for a number. */
  readonly histogram: string;
}
