/**
 * A load balancer as small as one can be: it probes readiness, sends requests to backends that are ready, in turn, keeps
 * connections and honours `Connection: close`. It never tries a request twice: what a backend loses shows as 502.
 */
import { Agent, createServer, get, request, type Server } from 'node:http';

interface Backend {
  readonly port: number;
  isReady: boolean;
  readonly agent: Agent;
  readonly probe: NodeJS.Timeout;
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

export async function startBalancer(): Promise<Balancer> {
  const backends: Backend[] = [];
  const lost: string[] = [];
  let turn = 0;
  const server: Server = createServer((incoming, outgoing) => {
    const ready = backends.filter(({ isReady }) => isReady);
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
      const known = backend.isReady ? 'not known to be draining' : 'known to be draining';
      lost.push(`${error.message} after ${Math.round(performance.now() - sentAt)} ms, backend ${known}`);
      outgoing.writeHead(502).end();
    });
    incoming.pipe(onward);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const drop = (backend: Backend): void => {
    clearInterval(backend.probe);
    backends.splice(backends.indexOf(backend), 1);
    backend.agent.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    lost,
    async add(backendPort) {
      const backend: Backend = {
        port: backendPort,
        isReady: false,
        agent: new Agent({ keepAlive: true }),
        probe: setInterval(() => probe(backend), PROBE_MS),
      };
      backends.push(backend);
      while (!backend.isReady) await new Promise((resolve) => setTimeout(resolve, 5));
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

function probe(backend: Backend): void {
  const probing = get({ port: backend.port, host: '127.0.0.1', path: '/health/ready', agent: false }, (response) => {
    backend.isReady = response.statusCode === 200;
    response.resume();
  });
  probing.on('error', () => {
    backend.isReady = false;
  });
}
