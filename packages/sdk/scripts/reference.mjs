/**
 * Renders docs/sdk/reference.md from the docstrings of what each entry point of the SDK exports. Reads the declarations that
 * the compiler wrote, where bodies and private members are gone and only the contract is left.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(dirname(fileURLToPath(import.meta.url)));

export const generatedFiles = { 'docs/sdk/reference.md': renderReference };

function renderReference() {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const parts = [
    '# API reference of the SDK',
    '',
    'Written from the docstrings by `npm run gen`. Options are described where their interface is.',
  ];
  const told = new Set();
  for (const [path, target] of Object.entries(exports)) {
    if (target.import === undefined) continue;
    const entry = join(folder, target.import.types);
    parts.push('', `## \`${join(name, path)}\``, '', moduleText(entry));
    for (const symbol of exportsOf(entry)) {
      const found = findDeclaration(symbol.file, symbol.name);
      const key = `${found.file}#${symbol.name}`;
      if (told.has(key)) {
        parts.push('', `### ${symbol.name}`, '', 'As above.');
        continue;
      }
      told.add(key);
      parts.push('', `### ${symbol.name}`, '', found.doc, '', '```ts', found.code, '```');
    }
  }
  return `${parts.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

/** The header comment of an entry point says what it is for. */
function moduleText(file) {
  const match = /^\s*\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8'));
  return match === null ? '' : plain(match[1]);
}

/** Names a declaration file exports, with the file where each is declared (or handed on again). */
function exportsOf(file) {
  const text = readFileSync(file, 'utf8');
  const found = [];
  for (const [, names, from] of text.matchAll(/^export (?:type )?\{([^}]*)\}(?: from ['"]([^'"]+)['"])?;/gm)) {
    for (const part of names.split(',')) {
      const [, original, renamed] = /^\s*(?:type\s+)?(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(part) ?? [];
      if (original === undefined) continue;
      found.push({ name: renamed ?? original, original, file: from === undefined ? file : resolveFrom(file, from) });
    }
  }
  for (const [, name] of text.matchAll(
    /^export (?:declare )?(?:abstract )?(?:class|function|interface|type|const|let) (\w+)/gm,
  ))
    found.push({ name, original: name, file });
  return found.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

function resolveFrom(file, target) {
  return join(dirname(file), target).replace(/\.(?:ts|js)$/, '.d.ts');
}

function findDeclaration(file, name) {
  const text = readFileSync(file, 'utf8');
  const start = new RegExp(
    `^(?:export )?(?:declare )?(?:abstract )?(?:class|function|interface|type|const|let) ${name}\\b`,
    'm',
  ).exec(text);
  if (start === null) {
    const onward = exportsOf(file).find((symbol) => symbol.name === name && symbol.file !== file);
    if (onward === undefined) throw new Error(`${file} does not declare ${name}`);
    return findDeclaration(onward.file, onward.original);
  }
  // Overloads stand one after the other: all of them belong to the signature.
  let end = endOf(text, start.index);
  const again = new RegExp(`^\\s*(?:/\\*\\*[\\s\\S]*?\\*/\\s*)?export declare function ${name}\\b`);
  while (again.test(text.slice(end))) end = endOf(text, end + again.exec(text.slice(end))[0].length);
  const code = text
    .slice(start.index, end)
    .replace(/^export (?:declare )?/gm, '')
    .replace(/^\s*(?:#private;|private .*;)\n/gm, '')
    .trim();
  return { file, doc: docBefore(text, start.index), code };
}

/** The end of a declaration: its closing brace, or the semicolon outside of all brackets. */
function endOf(text, from) {
  let depth = 0;
  for (let index = from; index < text.length; index++) {
    const char = text[index];
    if (text.startsWith('/*', index)) index = text.indexOf('*/', index) + 1;
    else if (text.startsWith('//', index)) index = text.indexOf('\n', index);
    else if (char === "'" || char === '"' || char === '`') index = text.indexOf(char, index + 1);
    else if (char === '{' || char === '(' || char === '[') depth++;
    else if (char === '}' || char === ')' || char === ']') {
      depth--;
      if (depth === 0 && char === '}' && /^\s*(?:\n|$)/.test(text.slice(index + 1, index + 3))) return index + 1;
    } else if (char === ';' && depth === 0) return index + 1;
  }
  return text.length;
}

function docBefore(text, index) {
  const before = text.slice(0, index);
  const match = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before);
  return match === null ? '' : plain(match[1]);
}

/** A docstring as Markdown: stars away, tags as words, examples as code. */
function plain(comment) {
  const lines = comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
  return lines
    .replace(/@example\s*\n?([\s\S]*?)(?=\n@|$)/g, (_, code) =>
      code.includes('```') ? code : `\n\`\`\`ts\n${code.trim()}\n\`\`\`\n`,
    )
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/ ?@param (\w+)(?: -)? /g, '\n- `$1`: ')
    .replace(/ ?@returns? /g, '\n\nReturns: ')
    .replace(/ ?@throws /g, '\n\nThrows: ')
    .trim();
}
