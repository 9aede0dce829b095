/** An HTTP server on loopback that writes down what it gets and answers as a test says. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RecorderAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `drop`: the connection is cut; `hang`: no answer ever. */
  readonly failure?: 'drop' | 'hang';
}

export class HttpRecorder {
  readonly requests: RecordedRequest[] = [];
  readonly #server: Server;
  #answer: (request: RecordedRequest) => RecorderAnswer = () => ({});

  private constructor() {
    this.#server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const { method = '', url = '', headers } = incoming;
        const request = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') };
        this.requests.push(request);
        const { status = 200, headers: answerHeaders = {}, body = '', failure } = this.#answer(request);
        if (failure === 'drop') incoming.socket.destroy();
        else if (failure !== 'hang') response.writeHead(status, answerHeaders).end(body);
      });
    });
  }

  /** @param port a free one when 0 */
  static async start(port = 0): Promise<HttpRecorder> {
    const recorder = new HttpRecorder();
    await new Promise<void>((resolve) => recorder.#server.listen(port, '127.0.0.1', resolve));
    return recorder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How requests are answered from now on; 200 without a body until told. */
  answer(answer: RecorderAnswer | ((request: RecordedRequest) => RecorderAnswer)): void {
    this.#answer = typeof answer === 'function' ? answer : () => answer;
  }

  /** The requests since the last call. */
  take(): RecordedRequest[] {
    return this.requests.splice(0);
  }

  /** The bodies since the last call, parsed. */
  takeJson(): unknown[] {
    return this.take().map(({ body }) => JSON.parse(body) as unknown);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
