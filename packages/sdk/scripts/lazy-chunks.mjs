/**
 * Chunks of the CommonJS build that are required at first use instead of at the top of who uses them. The sources import them like
 * anything else, and the ESM build, which bundlers take, has everything in place: only what Node itself loads is cut this way.
 */
import { parseAst } from 'rolldown/parseAst';
import { LAZY_PARTS } from './lazy-parts.mjs';

const PREFIX = 'lazy-';
const FIRST_USE = /^\.\/(?:chunks\/)?lazy-/;

/** Puts the modules of each lazy part into a chunk of its own. @param sources Folder with the sources. */
export function lazyGroups(sources) {
  return Object.entries(LAZY_PARTS).map(([part, beginnings]) => ({
    name: `${PREFIX}${part}`,
    test: (id) => beginnings.some((beginning) => id.startsWith(`${sources}/${beginning}`)),
    includeDependenciesRecursively: false,
  }));
}

/**
 * Turns `const require_x = require('./lazy-x.js')` into a function that requires once, and what is read of it into what is read of
 * its result. What an entry point exports of a lazy chunk becomes a function that calls the one there.
 *
 * @param code A chunk before it is minified.
 */
export function requireAtFirstUse(code) {
  const program = parseAst(code);
  const lazy = new Set();
  const edits = [];
  for (const statement of program.body) {
    const [declarator] = statement.type === 'VariableDeclaration' ? statement.declarations : [];
    const { callee, arguments: args } = declarator?.init?.type === 'CallExpression' ? declarator.init : {};
    if (callee?.name !== 'require' || !FIRST_USE.test(args[0]?.value)) continue;
    const name = declarator.id.name;
    lazy.add(name);
    const load = `let ${name}_loaded;function ${name}(){return ${name}_loaded??=require(${JSON.stringify(args[0].value)});}`;
    edits.push({ ...statement, text: load });
  }
  if (lazy.size === 0) return code;
  const declared = new Set(edits.map(({ start }) => start));
  for (const statement of program.body) {
    if (declared.has(statement.start)) continue;
    const exported = lazyExport(statement, lazy);
    if (exported !== undefined) {
      const { name, owner, key } = exported;
      edits.push({ ...statement, text: `exports.${name}=function(...args){return ${owner}().${key}(...args);};` });
    } else {
      for (const { type, name, start, end } of nodesOf(statement)) {
        // In brackets, `new require_x().Thing()` is still a new Thing.
        if (type === 'Identifier' && lazy.has(name)) edits.push({ start, end, text: `(${name}())` });
      }
    }
  }
  return applied(code, edits);
}

/** `exports.thing = require_lazy_x.thing` of an entry point. */
function lazyExport({ type, expression }, lazy) {
  if (type !== 'ExpressionStatement' || expression.type !== 'AssignmentExpression') return undefined;
  const { left, right } = expression;
  if (left.object?.name !== 'exports' || right.type !== 'MemberExpression' || !lazy.has(right.object.name))
    return undefined;
  return { name: left.property.name, owner: right.object.name, key: right.property.name };
}

/**
 * `exports.x = x` in place of a getter for each name that a chunk shows others, where what it names stays the same: a hundred
 * functions that a start need not make.
 */
export function exportValues(code) {
  const program = parseAst(code);
  const changing = new Set();
  for (const { type, left, argument } of nodesOf(program)) {
    if (type === 'AssignmentExpression') changing.add(left.name);
    else if (type === 'UpdateExpression') changing.add(argument.name);
  }
  const edits = program.body.flatMap((statement) => {
    const { name, value } = shownName(statement) ?? {};
    return value === undefined || changing.has(value) ? [] : [{ ...statement, text: `exports.${name}=${value};` }];
  });
  return applied(code, edits);
}

/** `Object.defineProperty(exports, 'name', { enumerable: true, get: function () { return value; } })` */
function shownName({ type, expression }) {
  if (type !== 'ExpressionStatement' || expression.callee?.property?.name !== 'defineProperty') return undefined;
  const [owner, key, descriptor] = expression.arguments;
  const getter = descriptor?.properties?.find((property) => property.key.name === 'get')?.value;
  if (owner?.name !== 'exports' || getter === undefined) return undefined;
  return { name: key.value, value: getter.body.body[0].argument?.name };
}

function* nodesOf(node) {
  if (typeof node.type === 'string') yield node;
  for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) yield* nodesOf(value);
}

function applied(code, edits) {
  let text = '';
  let from = 0;
  for (const { start, end, text: replacement } of edits.sort((left, right) => left.start - right.start)) {
    text += code.slice(from, start) + replacement;
    from = end;
  }
  return text + code.slice(from);
}
