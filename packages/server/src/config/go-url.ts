/**
 * URLs as Go's net/url reads them, because Prometheus refuses exactly what it refuses. Only what decides acceptance and
 * the parts that checks need; requests are made with the platform's own parser.
 */
export interface GoUrl {
  readonly scheme: string;
  /** With port, without user. */
  readonly host: string;
}

/** The parts, or the reason (in plain words) why it is not a URL. */
export function parseGoUrl(text: string): GoUrl | { readonly problem: string } {
  if (hasControlCharacter(text)) return { problem: 'it contains a control character' };
  const hash = text.indexOf('#');
  const withoutFragment = hash === -1 ? text : text.slice(0, hash);
  if (hash !== -1 && hasBadEscape(text.slice(hash + 1))) return { problem: 'a `%` is not followed by two hex digits' };
  const schemeEnd = schemeLength(withoutFragment);
  if (schemeEnd === 'missing') return { problem: 'the scheme in front of `:` is missing' };
  const scheme = withoutFragment.slice(0, schemeEnd).toLowerCase();
  const rest = schemeEnd === 0 ? withoutFragment : withoutFragment.slice(schemeEnd + 1);
  const path = rest.split('?', 1)[0] ?? '';
  if (!path.startsWith('/')) {
    if (scheme !== '') return { scheme, host: '' };
    if ((path.split('/', 1)[0] ?? '').includes(':')) return { problem: 'the first part of a path cannot contain `:`' };
  }
  const hasAuthority = path.startsWith('//') && (scheme !== '' || !path.startsWith('///'));
  if (!hasAuthority) return hasBadEscape(path) ? badEscape() : { scheme, host: '' };
  const slash = path.indexOf('/', 2);
  const authority = slash === -1 ? path.slice(2) : path.slice(2, slash);
  if (slash !== -1 && hasBadEscape(path.slice(slash))) return badEscape();
  return parseAuthority(scheme, authority);
}

function badEscape(): { readonly problem: string } {
  return { problem: 'a `%` is not followed by two hex digits' };
}

function parseAuthority(scheme: string, authority: string): GoUrl | { readonly problem: string } {
  const at = authority.lastIndexOf('@');
  const user = at === -1 ? '' : authority.slice(0, at);
  const host = authority.slice(at + 1);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user))
    return { problem: 'the user part contains a character that has to be escaped' };
  if (hasBadEscape(user)) return badEscape();
  const problem = hostProblem(host);
  return problem === undefined ? { scheme, host } : { problem };
}

function hostProblem(host: string): string | undefined {
  if (host.startsWith('[')) {
    const close = host.lastIndexOf(']');
    if (close === -1) return 'a `]` is missing in the host';
    const port = host.slice(close + 1);
    return /^(?::[0-9]*)?$/.test(port) ? undefined : `the port \`${port}\` is not a number`;
  }
  const colon = host.lastIndexOf(':');
  if (colon !== -1 && !/^[0-9]*$/.test(host.slice(colon + 1)))
    return `the port \`${host.slice(colon + 1)}\` is not a number`;
  const bad = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/.exec(host);
  if (bad !== null) return `the host contains the character \`${bad[0]}\``;
  return /%(?![89A-Fa-f][0-9A-Fa-f])/.test(host)
    ? 'the host contains a `%` escape that is not allowed there'
    : undefined;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function hasBadEscape(text: string): boolean {
  return /%(?![0-9A-Fa-f]{2})/.test(text);
}

/** Length of the scheme, 0 when there is none. */
function schemeLength(text: string): number | 'missing' {
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (/[A-Za-z]/.test(char)) continue;
    if (/[0-9+\-.]/.test(char)) {
      if (i === 0) return 0;
      continue;
    }
    if (char === ':') return i === 0 ? 'missing' : i;
    return 0;
  }
  return 0;
}
