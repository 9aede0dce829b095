/**
 * The monitoring pages behind any server: as middleware, as part of a plain request listener, as Web API handler, or on a port
 * of their own.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { builtin } from '../lib/builtin.ts';
import { Problems } from '../lib/problems.ts';
import { type AccessOptions, createAccess, type Visitor } from './access.ts';
import { type Answer, isOpen, json, type MonitoringDeps, monitoringPages } from './monitoring-pages.ts';
import { pathOf } from './path.ts';
import { peerAddress } from './peer.ts';
import { requestOf } from './request.ts';

/** Options of the monitoring pages. */
export interface MonitoringOptions {
  /** In front of every path, e.g. `/monitoring`; none unless given. */
  prefix?: string | undefined;
  /**
   * Who sees metrics, status, debug information and the single checks. Without it, everybody sees all but `/debug/info`, which
   * only answers to this machine. Probes answer to everybody: orchestrators have no tokens.
   */
  auth?: AccessOptions | undefined;
}

type Next = (error?: unknown) => void;

/** What a page was asked by, whatever the server. */
interface PageRequest extends Visitor {
  readonly method: string;
}

/** The pages of a service; itself a middleware and a request listener. */
export interface MonitoringHandler {
  /**
   * Answers when the path is one of the pages. @returns False when it is not: then nothing was written, and `next` was called
   * when there is one.
   */
  (request: IncomingMessage, response: ServerResponse, next?: Next): Promise<boolean>;
  /** The same without a server; undefined when the path is none of the pages. */
  answer(request: PageRequest): Promise<Answer | undefined>;
  /** Serves the pages alone, 404 for anything else. Resolves when it listens; the caller closes it. */
  listen(options: { port: number; host?: string | undefined }): Promise<Server>;
}

/**
 * @throws ObserveError that lists every wrong option.
 * @example app.use(monitoringHandler({ core, registry, health }, { prefix: '/monitoring', auth: { bearer: token } }));
 */
export function monitoringHandler(deps: MonitoringDeps, options: MonitoringOptions = {}): MonitoringHandler {
  const problems = new Problems();
  const prefix = checkedPrefix(options.prefix ?? '', problems);
  const access = createAccess(options.auth, 'monitoring.auth', problems);
  problems.throwIfAny();
  const pages = monitoringPages(deps);

  function pageOf(path: string): string | undefined {
    if (!path.startsWith(prefix)) return undefined;
    const rest = path.slice(prefix.length);
    return rest.length > 1 && rest.endsWith('/') ? rest.slice(0, -1) : rest;
  }

  async function answer(request: PageRequest): Promise<Answer | undefined> {
    const name = pageOf(request.path);
    const page = name === undefined ? undefined : pages.get(name);
    if (page === undefined) return undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return json({ error: 'only GET and HEAD are answered here' }, 405, { allow: 'GET, HEAD' });
    try {
      const verdict = await access.check(request);
      if (verdict !== 'allowed' && !isOpen(page.audience, access.isRestricted, request))
        return verdict === 'forbidden'
          ? json({ error: 'not allowed' }, 403)
          : json({ error: 'authentication required' }, 401, { 'www-authenticate': access.challenge });
      if (!access.isRestricted && !isOpen(page.audience, false, request))
        return json({ error: 'set monitoring.auth to see this page from another machine' }, 403);
      return await page.render(request, verdict === 'allowed');
    } catch (error) {
      deps.core.notices.tell(`monitoring:${name}`, `the page ${name} failed: ${error}`);
      return json({ error: 'the page could not be made; the reason is on stderr of the service' }, 500);
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse, next?: Next): Promise<boolean> {
    // Express takes the prefix of a mount off `url`.
    const path = pathOf((request as { originalUrl?: string }).originalUrl ?? request.url ?? '/');
    const page = await answer({
      method: request.method ?? 'GET',
      path,
      address: peerAddress(request.socket),
      header: (name) => {
        const value = request.headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
    });
    if (page === undefined) {
      next?.();
      return false;
    }
    const served = requestOf(response);
    if (served !== undefined) served.isIgnored = true;
    if (!response.headersSent && !response.destroyed) {
      response.writeHead(page.status, page.headers);
      response.end(request.method === 'HEAD' ? undefined : page.body);
    }
    return true;
  }

  function listen({ port, host }: { port: number; host?: string | undefined }): Promise<Server> {
    const server = builtin('node:http').createServer((request, response) => {
      void handle(request, response).then((isKnown) => {
        if (!isKnown) {
          const missing = json(
            { error: `no such page; there are ${[...pages.keys()].map((path) => prefix + path).join(', ')}` },
            404,
          );
          response.writeHead(missing.status, missing.headers).end(request.method === 'HEAD' ? undefined : missing.body);
        }
      });
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        server.on('error', (error) =>
          deps.core.notices.tell('monitoring:listen', `the monitoring port failed: ${error}`),
        );
        // A service that has nothing else to do may end.
        server.unref();
        resolve(server);
      });
    });
  }

  return Object.assign(handle, { answer, listen });
}

function checkedPrefix(prefix: string, problems: Problems): string {
  if (prefix !== '' && !/^(?:\/[\w.~-]+)+\/?$/.test(prefix))
    problems.add('monitoring.prefix', `"${prefix}" is not a path; write it as /monitoring`);
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
}
