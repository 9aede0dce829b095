/** What an alert's expression compares with, remembered by its text: thousands of alerts share one. */
import { drawnExpression, expressionOfLink } from '../graph/alert-expression.ts';

export interface ExpressionFacts {
  /** '' when unknown. */
  readonly expr: string;
  readonly threshold: number | null;
}

const MAX_REMEMBERED = 5_000;

export class ExpressionBook {
  readonly #thresholds = new Map<string, number | null>();

  ofText(expr: string): ExpressionFacts {
    let threshold = this.#thresholds.get(expr);
    if (threshold === undefined) {
      threshold = expr === '' ? null : (drawnExpression(expr)?.threshold ?? null);
      if (this.#thresholds.size >= MAX_REMEMBERED) this.#thresholds.clear();
      this.#thresholds.set(expr, threshold);
    }
    return { expr, threshold };
  }

  ofLink(generatorUrl: string): ExpressionFacts {
    return this.ofText(expressionOfLink(generatorUrl) ?? '');
  }
}
