/** The functions every template has: Go's text/template/funcs.go. */
import { FunctionError } from '../errors.ts';
import type { TemplateFunction } from '../exec/operands.ts';
import { sprint, sprintf, sprintln } from '../format/print.ts';
import { ANY, STRING } from '../value/types.ts';
import { GoPointer, GoStruct, type GoValue, isTrue, typeName } from '../value/values.ts';
import { indexInto, lengthOf, sliceOf } from './collections.ts';
import { isEqual, isLess } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';

function define(name: string, definition: TemplateFunction): [string, TemplateFunction] {
  return [name, definition];
}

/** All arguments as one text, as html, js and urlquery take them. */
function argumentsText(args: readonly GoValue[]): string {
  return sprint(args.map((value) => (value instanceof GoPointer && value.target !== undefined ? value.target : value)));
}

function textFunction(name: string, make: (text: string) => string): [string, TemplateFunction] {
  return define(name, { params: [], rest: ANY, call: (args) => make(args.length === 0 ? '' : argumentsText(args)) });
}

function comparison(name: string, compare: (a: GoValue, b: GoValue) => boolean): [string, TemplateFunction] {
  return define(name, { params: [ANY, ANY], call: ([a = null, b = null]) => compare(a, b) });
}

function isAtMost(a: GoValue, b: GoValue): boolean {
  return isLess(a, b) || isEqual(a, [b]);
}

function callFunction([value = null]: readonly GoValue[]): never {
  if (value === null) throw new FunctionError('call of nil');
  throw new FunctionError(`non-function of type ${value instanceof GoStruct ? value.type.name : typeName(value)}`);
}

export const BUILTINS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  define('and', { params: [ANY], rest: ANY, stopsAt: false, call: ([value = null]) => value }),
  define('or', { params: [ANY], rest: ANY, stopsAt: true, call: ([value = null]) => value }),
  define('not', { params: [ANY], call: ([value = null]) => !isTrue(value) }),
  define('call', { params: [ANY], rest: ANY, call: callFunction }),
  define('index', { params: [ANY], rest: ANY, call: ([item = null, ...indexes]) => indexInto(item, indexes) }),
  define('slice', { params: [ANY], rest: ANY, call: ([item = null, ...indexes]) => sliceOf(item, indexes) }),
  define('len', { params: [ANY], call: ([item = null]) => lengthOf(item) }),
  define('print', { params: [], rest: ANY, call: sprint }),
  define('println', { params: [], rest: ANY, call: sprintln }),
  define('printf', {
    params: [STRING],
    rest: ANY,
    call: ([format, ...args]) => sprintf(typeof format === 'string' ? format : '', args),
  }),
  textFunction('html', escapeHtml),
  textFunction('js', escapeJs),
  textFunction('urlquery', escapeQuery),
  define('eq', { params: [ANY], rest: ANY, call: ([a = null, ...others]) => isEqual(a, others) }),
  comparison('ne', (a, b) => !isEqual(a, [b])),
  comparison('lt', isLess),
  comparison('le', isAtMost),
  comparison('gt', (a, b) => !isAtMost(a, b)),
  comparison('ge', (a, b) => !isLess(a, b)),
]);
