/** Trees back to text: on one line as Prometheus's String(), or over many as its Prettify(). */
import {
  compareStrings,
  formatDuration,
  formatFloatG,
  formatFloatPlain,
  isLegacyLabelName,
  METRIC_NAME,
  quote,
} from '@sightline/model';
import type {
  AggregateExpr,
  AtModifier,
  BinaryExpr,
  DurationExpr,
  DurationOperand,
  Expr,
  MatrixSelector,
  SubqueryExpr,
  VectorMatching,
  VectorSelector,
} from './ast.ts';

/** Lines longer than this are split by prettifyExpr, in bytes. */
const MAX_LINE = 100;

/** The canonical text on one line. */
export function formatExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return formatNumber(expr.value, expr.isDuration);
    case 'string':
      return quote(expr.value);
    case 'vectorSelector':
      return formatSelector(expr);
    case 'matrixSelector':
      return formatMatrix(expr);
    case 'subquery':
      return formatExpr(expr.expr) + subquerySuffix(expr);
    case 'paren':
      return `(${formatExpr(expr.expr)})`;
    case 'unary':
      return expr.op + formatExpr(expr.expr);
    case 'binary':
      return `${closedOffset(formatExpr(expr.lhs), expr)} ${operatorText(expr)} ${formatExpr(expr.rhs)}`;
    case 'aggregate': {
      const param = expr.param === undefined ? '' : `${formatExpr(expr.param)}, `;
      return `${aggregateHead(expr)}(${param}${formatExpr(expr.expr)})`;
    }
    case 'call':
      return `${expr.func.name}(${expr.args.map(formatExpr).join(', ')})`;
  }
}

/** Text over several lines where one line would be longer than 100 characters. */
export function prettifyExpr(expr: Expr): string {
  return pretty(expr, 0);
}

function pretty(expr: Expr, level: number): string {
  const indent = '  '.repeat(level);
  const line = formatExpr(expr);
  // A subquery that needs no split is not indented, as Prometheus has it.
  if (fitsLine(line)) return expr.kind === 'subquery' ? line : indent + line;
  switch (expr.kind) {
    case 'aggregate': {
      const param = expr.param === undefined ? '' : `${pretty(expr.param, level + 1)},\n`;
      return `${indent}${aggregateHead(expr)}(\n${param}${pretty(expr.expr, level + 1)}\n${indent})`;
    }
    case 'binary':
      return `${closedOffset(pretty(expr.lhs, level + 1), expr)}\n${indent}${operatorText(expr)}\n${pretty(expr.rhs, level + 1)}`;
    case 'call': {
      const args = expr.args.map((arg) => pretty(arg, level + 1)).join(',\n');
      return `${indent}${expr.func.name}(\n${args}\n${indent})`;
    }
    case 'paren':
      return `${indent}(\n${pretty(expr.expr, level + 1)}\n${indent})`;
    case 'subquery':
      return pretty(expr.expr, level) + subquerySuffix(expr);
    case 'unary':
      return indent + expr.op + pretty(expr.expr, level).trim();
    default:
      return indent + line;
  }
}

/** Lines are measured in bytes of UTF-8. */
function fitsLine(line: string): boolean {
  return line.length <= MAX_LINE && new TextEncoder().encode(line).length <= MAX_LINE;
}

function formatNumber(value: number, isDuration: boolean): string {
  if (!isDuration) return formatFloatPlain(value);
  const ms = Math.round(value * 1000);
  return ms < 0 ? `-${formatDuration(-ms)}` : formatDuration(ms);
}

function labelList(labels: readonly string[]): string {
  return labels.map((label) => (isLegacyLabelName(label) ? label : quote(label))).join(', ');
}

function aggregateHead(expr: AggregateExpr): string {
  if (expr.without) return `${expr.op} without (${labelList(expr.grouping)}) `;
  return expr.grouping.length > 0 ? `${expr.op} by (${labelList(expr.grouping)}) ` : expr.op;
}

/** The operator with everything between the operands. */
function operatorText({ op, returnBool, matching }: BinaryExpr): string {
  let text: string = returnBool ? `${op} bool` : op;
  if (matching === undefined) return text;
  const isGrouped = matching.card === 'many-to-one' || matching.card === 'one-to-many';
  if (matching.labels.length > 0 || matching.on || isGrouped) {
    text += ` ${matching.on ? 'on' : 'ignoring'} (${labelList(matching.labels)})`;
  }
  if (isGrouped) {
    text += ` group_${matching.card === 'many-to-one' ? 'left' : 'right'} (${labelList(matching.include)})`;
  }
  return text + fillText(matching.fill);
}

function fillText({ lhs, rhs }: VectorMatching['fill']): string {
  if (lhs !== undefined && (lhs === rhs || (Number.isNaN(lhs) && Number.isNaN(rhs)))) {
    return ` fill (${formatFloatG(lhs)})`;
  }
  const left = lhs === undefined ? '' : ` fill_left (${formatFloatG(lhs)})`;
  return rhs === undefined ? left : `${left} fill_right (${formatFloatG(rhs)})`;
}

function formatSelector(expr: VectorSelector): string {
  const edge = expr.edge === undefined ? '' : ` ${expr.edge}`;
  return formatMatchers(expr) + atText(expr.at) + edge + offsetText(expr);
}

function formatMatchers({ name, matchers }: VectorSelector): string {
  const isWritten = (matcher: VectorSelector['matchers'][number]) =>
    matcher.name !== METRIC_NAME || matcher.op !== '=' || matcher.value !== name || name === '';
  const texts = matchers.filter(isWritten).map(String).sort(compareStrings);
  return texts.length === 0 && name !== '' ? name : `${name}{${texts.join(',')}}`;
}

function formatMatrix({ selector, rangeMs, rangeExpr }: MatrixSelector): string {
  const edge = selector.edge === undefined ? '' : ` ${selector.edge}`;
  const suffix = edge + atText(selector.at) + offsetText(selector);
  return `${formatMatchers(selector)}[${durationText(rangeMs, rangeExpr)}]${suffix}`;
}

function subquerySuffix(expr: SubqueryExpr): string {
  const isDefault = expr.stepMs === 0 && expr.stepExpr === undefined;
  const step = isDefault ? '' : durationText(expr.stepMs, expr.stepExpr);
  return `[${durationText(expr.rangeMs, expr.rangeExpr)}:${step}]${atText(expr.at)}${offsetText(expr)}`;
}

/**
 * After `offset (...)` an operator would go on with the duration, so what else belongs to the selector is printed behind it.
 * Prometheus prints it before, which reads back as something else.
 */
function closedOffset(text: string, { lhs, op }: BinaryExpr): string {
  let last = lhs;
  while (last.kind === 'binary' || last.kind === 'unary') last = last.kind === 'binary' ? last.rhs : last.expr;
  const target = last.kind === 'matrixSelector' ? last.selector : last;
  if ((target.kind !== 'vectorSelector' && target.kind !== 'subquery') || !'+-*/%^'.includes(op)) return text;
  const offset = offsetText(target);
  if (!offset.startsWith(' offset (') || !text.endsWith(offset)) return text;
  const others = atText(target.at) + (target.kind === 'vectorSelector' && target.edge ? ` ${target.edge}` : '');
  const before = text.slice(0, -offset.length);
  const rest = [others, last.kind === 'matrixSelector' ? edgeFirst(target) : others].find((tail) =>
    before.endsWith(tail),
  );
  return rest === undefined || rest === '' ? text : before.slice(0, -rest.length) + offset + rest;
}

function edgeFirst(target: VectorSelector | SubqueryExpr): string {
  return (target.kind === 'vectorSelector' && target.edge ? ` ${target.edge}` : '') + atText(target.at);
}

function durationText(ms: number, expr: DurationExpr | undefined): string {
  return expr === undefined ? formatDuration(ms) : formatDurationExpr(expr);
}

/** ` offset 5m` */
function offsetText({ offsetMs, offsetExpr }: Pick<SubqueryExpr, 'offsetMs' | 'offsetExpr'>): string {
  if (offsetExpr !== undefined) return ` offset ${formatDurationExpr(offsetExpr)}`;
  return offsetMs === 0 ? '' : ` offset ${formatDuration(offsetMs)}`;
}

function formatDurationExpr(expr: DurationOperand): string {
  if (expr.kind === 'number') return formatNumber(expr.value, expr.isDuration);
  const text = durationExprText(expr);
  return expr.isWrapped ? `(${text})` : text;
}

function durationExprText({ op, lhs, rhs }: DurationExpr): string {
  if (rhs === undefined) return `${op}()`;
  if (lhs === undefined) return (op === '-' ? '-' : '') + formatDurationExpr(rhs);
  if (op === 'min_of' || op === 'max_of') return `${op}(${formatDurationExpr(lhs)}, ${formatDurationExpr(rhs)})`;
  return `${formatDurationExpr(lhs)} ${op} ${formatDurationExpr(rhs)}`;
}

function atText(at: AtModifier | undefined): string {
  if (at === undefined) return '';
  return at.kind === 'time' ? ` @ ${(at.ms / 1000).toFixed(3)}` : ` @ ${at.kind}()`;
}
