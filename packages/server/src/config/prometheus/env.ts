/** Environment variables in external labels, as Prometheus 3 expands them (Go's os.Expand): `$NAME`, `${NAME}`, `$$`. */
import type { Cursor } from '../../lib/yaml-cursor.ts';

/** The label value with its variables replaced; an unset variable is '' and is warned about. */
export function expandEnv(cursor: Cursor, text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*|[0-9*#$@!?-]))/g, (whole, braced, bare) => {
    const name: string = braced ?? bare;
    if (name === '$') return '$';
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    warnUnset(cursor, whole, name);
    return '';
  });
}

function warnUnset(cursor: Cursor, whole: string, name: string): void {
  const { node } = cursor;
  const offset =
    node.kind === 'scalar' && node.textStart !== undefined ? node.textStart + node.text.indexOf(whole) : undefined;
  const span = offset === undefined ? {} : { span: { start: offset, end: offset + whole.length } };
  const form = /^([A-Za-z_][A-Za-z0-9_]*):?([-=?+])(.*)$/s.exec(name);
  if (form !== null) {
    const [, variable = '', , fallback = ''] = form;
    cursor.warn({
      code: 'prometheus/env-default',
      message: `Prometheus does not expand the default form \`${whole}\`: the label becomes empty`,
      hint: `write \`\${${variable}}\` and set ${variable}=${fallback === '' ? '...' : fallback} in the environment, or write the value itself`,
      ...span,
    });
    return;
  }
  cursor.warn({
    code: 'prometheus/env-unset',
    message: `the environment variable \`${name}\` is not set: it is replaced by nothing`,
    hint: 'set it, or write `$$` for a dollar sign',
    ...span,
  });
}
