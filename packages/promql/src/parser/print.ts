/** Trees back to text: on one line as Prometheus's String(), or over many as its Prettify(). */
import { formatDuration, formatFloatPlain, isLegacyLabelName, METRIC_NAME, quote } from '@sightline/model';
import type {
  AggregateExpr,
  AtModifier,
  BinaryExpr,
  Expr,
  MatrixSelector,
  SubqueryExpr,
  VectorSelector,
} from './ast.ts';

/** Lines longer than this are split by prettifyExpr. */
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
      return `${formatExpr(expr.lhs)} ${operatorText(expr)} ${formatExpr(expr.rhs)}`;
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
  if (line.length <= MAX_LINE) return indent + line;
  switch (expr.kind) {
    case 'aggregate': {
      const param = expr.param === undefined ? '' : `${pretty(expr.param, level + 1)},\n`;
      return `${indent}${aggregateHead(expr)}(\n${param}${pretty(expr.expr, level + 1)}\n${indent})`;
    }
    case 'binary':
      return `${pretty(expr.lhs, level + 1)}\n${indent}${operatorText(expr)}\n${pretty(expr.rhs, level + 1)}`;
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
  return text;
}

function formatSelector(expr: VectorSelector): string {
  return formatMatchers(expr) + modifierSuffix(expr);
}

function formatMatchers({ name, matchers }: VectorSelector): string {
  const isWritten = (matcher: VectorSelector['matchers'][number]) =>
    matcher.name !== METRIC_NAME || matcher.op !== '=' || matcher.value !== name || name === '';
  const texts = matchers.filter(isWritten).map(String).sort();
  return texts.length === 0 && name !== '' ? name : `${name}{${texts.join(',')}}`;
}

function formatMatrix({ selector, rangeMs }: MatrixSelector): string {
  return `${formatMatchers(selector)}[${formatDuration(rangeMs)}]${modifierSuffix(selector)}`;
}

function subquerySuffix(expr: SubqueryExpr): string {
  const step = expr.stepMs === 0 ? '' : formatDuration(expr.stepMs);
  return `[${formatDuration(expr.rangeMs)}:${step}]${modifierSuffix(expr)}`;
}

/** ` @ 1.000 offset 5m` */
function modifierSuffix({ at, offsetMs }: { readonly at: AtModifier | undefined; readonly offsetMs: number }): string {
  const offset = offsetMs === 0 ? '' : ` offset ${offsetMs < 0 ? '-' : ''}${formatDuration(Math.abs(offsetMs))}`;
  return atText(at) + offset;
}

function atText(at: AtModifier | undefined): string {
  if (at === undefined) return '';
  return at.kind === 'time' ? ` @ ${(at.ms / 1000).toFixed(3)}` : ` @ ${at.kind}()`;
}
