/**
 * Template of the place where an Express router is mounted. Express keeps only the text that matched (`request.baseUrl`), which
 * for `app.use('/orgs/:org', router)` has the organisation in it and must not become a label.
 */

/** What is used of a router and its layers: Express 4 and 5 differ in what `match` gives back. */
export interface RouterLike {
  readonly stack?: readonly LayerLike[] | undefined;
}
interface LayerLike {
  readonly route?: unknown;
  readonly handle?: RouterLike | undefined;
  /** Pattern as the service wrote it; newer versions of Express 5 have it. */
  readonly rawPath?: unknown;
  readonly path?: string | undefined;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  match(path: string): unknown;
}
interface Match {
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const MAX_DEPTH = 20;
const MAX_KNOWN = 500;
/** Mounts without parameters, where the text is the template; and those that no layer explains, as far as they are few. */
const known = new Map<object, Set<string>>();

/** @param baseUrl What matched, e.g. `/orgs/acme`. @returns The template, e.g. `/orgs/:org`. */
export function mountTemplate(router: RouterLike | undefined, baseUrl: string): string {
  const owner = router ?? known;
  let literal = known.get(owner);
  if (literal?.has(baseUrl) === true) return baseUrl;
  const template = search(router, baseUrl, 0);
  if (template !== undefined && template !== baseUrl) return template;
  if (literal === undefined) {
    literal = new Set();
    known.set(owner, literal);
  }
  if (literal.size >= MAX_KNOWN) return '/:mount';
  literal.add(baseUrl);
  return baseUrl;
}

function search(router: RouterLike | undefined, path: string, depth: number): string | undefined {
  if (depth === MAX_DEPTH) return undefined;
  // Where a mounted application hides its routers, what is below it stays as it is.
  let partial: string | undefined;
  for (const layer of router?.stack ?? []) {
    if (layer.route !== undefined) continue;
    const match = matchOf(layer, path);
    if (match === undefined) continue;
    const rest = path.slice(match.path.length);
    if (rest !== '' && !rest.startsWith('/')) continue;
    const own = match.path === '' || match.path === '/' ? '' : templateOf(layer, match);
    if (rest === '') return own;
    const deeper = search(layer.handle, rest, depth + 1);
    if (deeper !== undefined) return own + deeper;
    if (own !== match.path && own !== '') partial ??= own + rest;
  }
  return partial;
}

function matchOf(layer: LayerLike, path: string): Match | undefined {
  let result: unknown;
  try {
    result = layer.match(path);
  } catch {
    // A path that cannot be decoded matches nothing.
    return undefined;
  }
  if (typeof result === 'object' && result !== null) return result as Match;
  return result === true ? { path: layer.path ?? '', params: layer.params ?? {} } : undefined;
}

function templateOf(layer: LayerLike, match: Match): string {
  if (typeof layer.rawPath === 'string') return layer.rawPath.replace(/\/+$/, '');
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(match.params)) if (typeof value === 'string') names.set(value, name);
  if (names.size === 0) return match.path;
  return match.path
    .split('/')
    .map((segment) => {
      const name = names.get(decode(segment));
      return name === undefined ? segment : `:${name}`;
    })
    .join('/');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
