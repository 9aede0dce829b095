/**
 * A load balancer as small as one can be: it probes readiness, sends requests to backends that are ready, in turn, keeps
 * connections and honours `Connection: close`. It never tries a request twice: what a backend loses shows as 502. It shares its
 * event loop with a test, so what it knows may be old when it wakes: a request waits for readiness that is fresh.
 */
import { Agent, createServer, get, request, type Server } from 'node:http';

interface Backend {
  readonly port: number;
  readonly agent: Agent;
  /** When the last probe that found it ready was sent, on the clock of `performance.now()`; -Infinity when it is not ready. */
  readyAt: number;
  isRemoved: boolean;
}

export interface Balancer {
  readonly url: string;
  /** Requests that a backend did not answer, by error. */
  readonly lost: string[];
  /** Resolves when the backend is ready. */
  add(port: number): Promise<void>;
  remove(port: number): void;
  close(): Promise<void>;
}

const PROBE_MS = 10;
/** How old readiness may be when a request is sent by it; well below the drain of the services. */
const FRESH_MS = 250;

export async function startBalancer(): Promise<Balancer> {
  const backends: Backend[] = [];
  const lost: string[] = [];
  let turn = 0;
  const server: Server = createServer(async (incoming, outgoing) => {
    while (backends.some(({ readyAt }) => readyAt > 0) && !backends.some(isFresh)) await pause(PROBE_MS);
    const ready = backends.filter(isFresh);
    const backend = ready[turn++ % ready.length];
    if (backend === undefined) {
      lost.push('no backend is ready');
      outgoing.writeHead(503).end();
      return;
    }
    const { port, agent } = backend;
    const sentAt = performance.now();
    const onward = request({ port, host: '127.0.0.1', agent, path: incoming.url, method: incoming.method ?? 'GET' });
    onward.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 0, { 'content-length': response.headers['content-length'] });
      response.on('error', (error) => lost.push(error.message));
      response.pipe(outgoing);
    });
    onward.on('error', (error) => {
      const known = backend.readyAt > 0 ? 'not known to be draining' : 'known to be draining';
      lost.push(`${error.message} after ${Math.round(performance.now() - sentAt)} ms, backend ${known}`);
      outgoing.writeHead(502).end();
    });
    incoming.pipe(onward);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const drop = (backend: Backend): void => {
    backend.isRemoved = true;
    backends.splice(backends.indexOf(backend), 1);
    backend.agent.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    lost,
    async add(backendPort) {
      const agent = new Agent({ keepAlive: true });
      const backend: Backend = { port: backendPort, agent, readyAt: Number.NEGATIVE_INFINITY, isRemoved: false };
      backends.push(backend);
      void watch(backend);
      while (!isFresh(backend)) await pause(PROBE_MS);
    },
    remove(backendPort) {
      for (const backend of backends.filter((one) => one.port === backendPort)) drop(backend);
    },
    async close() {
      for (const backend of [...backends]) drop(backend);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const isFresh = ({ readyAt }: Backend): boolean => performance.now() - readyAt < FRESH_MS;

/** One probe after the other, so that an older answer never overrules a newer one. */
async function watch(backend: Backend): Promise<void> {
  while (!backend.isRemoved) {
    const sentAt = performance.now();
    backend.readyAt = (await isReady(backend.port)) ? sentAt : Number.NEGATIVE_INFINITY;
    await pause(PROBE_MS);
  }
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probing = get({ port, host: '127.0.0.1', path: '/health/ready', agent: false }, (response) => {
      response.resume().on('close', () => resolve(response.statusCode === 200));
    });
    probing.on('error', () => resolve(false));
  });
}
