/**
 * A client on a bare socket, one request after the other: Node's own client costs more than most of the services under test, and
 * the SDK would trace it.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

/** Opens a connection that is kept alive. */
export async function openConnection(port) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let received = '';
  let done;
  let failed;
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received += chunk;
    const answer = parse(received);
    if (answer === undefined) return;
    received = '';
    done(answer);
  });
  socket.on('error', (error) => failed?.(error));
  socket.on('close', () => failed?.(new Error(`the server closed the connection after: ${received.slice(0, 200)}`)));
  return {
    /** @param headers By lower-case name. @param body Sent in two packets when its length is odd. */
    send(path, headers, body) {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const length = body === undefined ? '' : `content-length: ${body.length}\r\n`;
      const method = body === undefined ? 'GET' : 'POST';
      const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}${length}\r\n`;
      return new Promise((resolve, reject) => {
        done = resolve;
        failed = reject;
        if (body === undefined || body.length % 2 === 0) socket.write(head + (body ?? ''));
        else {
          socket.write(head + body.slice(0, 10));
          setImmediate(() => socket.write(body.slice(10)));
        }
      });
    },
    close() {
      failed = undefined;
      socket.destroy();
    },
  };
}

/** A whole answer with its headers, or undefined while parts of it are missing. */
function parse(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [status = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const rest = text.slice(end + 4);
  if (headers['transfer-encoding'] === 'chunked') {
    if (!rest.endsWith('\r\n0\r\n\r\n')) return undefined;
    return { status: Number(status.split(' ')[1]), headers, text: unchunked(rest) };
  }
  if (rest.length < Number(headers['content-length'] ?? 0)) return undefined;
  return { status: Number(status.split(' ')[1]), headers, text: rest };
}

function unchunked(text) {
  let out = '';
  for (let at = 0; ; ) {
    const line = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, line), 16);
    if (!(size > 0)) return out;
    out += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
