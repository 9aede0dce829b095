import { describe, expect, it } from 'vitest';
import { drawnExpression } from './alert-expression.ts';

describe('the part of a rule that is drawn', () => {
  it.each([
    ['node_load1 > 5', 'node_load1', { op: '>', value: 5 }],
    ['(up == 0)', 'up', { op: '==', value: 0 }],
    ['0.5 < rate(x[5m])', 'rate(x[5m])', { op: '>', value: 0.5 }],
    ['temperature < -3', 'temperature', { op: '<', value: -3 }],
    ['a / b < 0.1 and c == 0', 'a / b', { op: '<', value: 0.1 }],
    ['a > 1 unless on (job) b', 'a', { op: '>', value: 1 }],
  ])('of %s is %s', (text, drawn, threshold) => {
    expect(drawnExpression(text)).toEqual({ text: drawn, threshold });
  });

  it.each(['absent(up)', 'a > b', 'a or b > 1', '1 > bool 0'])('of %s is all of it', (text) => {
    expect(drawnExpression(text)).toEqual({ text, threshold: null });
  });

  it('is nothing for what is no PromQL', () => {
    expect(drawnExpression('sum(')).toBeNull();
    expect(drawnExpression(' ')).toBeNull();
  });
});
