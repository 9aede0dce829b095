/**
 * A test double for MongoDB, which Debian does not package: it speaks the wire protocol (OP_MSG, and OP_QUERY for the handshake;
 * mongodb.com/docs/manual/reference/mongodb-wire-protocol) well enough for the real driver to connect, find, insert and fail.
 */
import { createServer, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

export interface MongoDouble {
  readonly url: string;
  /** Milliseconds that each answer waits. */
  delayMs: number;
  stop(): Promise<void>;
}

export async function startMongoDouble(): Promise<MongoDouble> {
  const collections = new Map<string, Document[]>();
  const sockets = new Set<Socket>();
  const double = { url: '', delayMs: 0, stop };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
        const message = pending.subarray(0, pending.readInt32LE(0));
        pending = pending.subarray(message.length);
        const reply = replyTo(message, collections);
        if (double.delayMs === 0) socket.write(reply);
        else setTimeout(() => socket.write(reply), double.delayMs);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  double.url = `mongodb://127.0.0.1:${address.port}/?directConnection=true`;
  return double;

  async function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

function replyTo(message: Buffer, collections: Map<string, Document[]>): Buffer {
  const requestId = message.readInt32LE(4);
  const isQuery = message.readInt32LE(12) === OP_QUERY;
  const body = BSON.serialize(answer(isQuery ? readQuery(message) : readMessage(message), collections));
  // OP_REPLY: flags, cursor id, first, count; OP_MSG: flags, then a section of kind 0.
  const head = isQuery ? Buffer.alloc(20) : Buffer.alloc(5);
  if (isQuery) head.writeInt32LE(1, 16);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + head.length + body.length, 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, head, body]);
}

function readQuery(message: Buffer): Document {
  const nameEnd = message.indexOf(0, 20);
  return BSON.deserialize(message.subarray(nameEnd + 9));
}

function readMessage(message: Buffer): Document {
  const command: Document = {};
  let at = 20;
  while (at < message.length) {
    const kind = message[at++];
    const size = message.readInt32LE(at);
    if (kind === 0) Object.assign(command, BSON.deserialize(message.subarray(at, at + size)));
    else {
      const nameEnd = message.indexOf(0, at + 4);
      const documents: Document[] = [];
      for (let from = nameEnd + 1; from < at + size; from += message.readInt32LE(from))
        documents.push(BSON.deserialize(message.subarray(from, from + message.readInt32LE(from))));
      command[message.toString('utf8', at + 4, nameEnd)] = documents;
    }
    at += size;
  }
  return command;
}

function answer(command: Document, collections: Map<string, Document[]>): Document {
  const name = Object.keys(command)[0] ?? '';
  const collection = String(command[name]);
  const namespace = `${command['$db']}.${collection}`;
  const documents = collections.get(namespace) ?? [];
  switch (name.toLowerCase()) {
    case 'hello':
    case 'ismaster':
      return {
        ok: 1,
        isWritablePrimary: true,
        ismaster: true,
        helloOk: true,
        minWireVersion: 0,
        maxWireVersion: 21,
        maxBsonObjectSize: 16_777_216,
        maxMessageSizeBytes: 48_000_000,
        maxWriteBatchSize: 100_000,
      };
    case 'insert':
      collections.set(namespace, [...documents, ...command['documents']]);
      return { ok: 1, n: command['documents'].length };
    case 'find': {
      const [[key, value] = []] = Object.entries(command['filter'] ?? {});
      if (key?.startsWith('$')) return { ok: 0, code: 2, codeName: 'BadValue', errmsg: `unknown operator: ${key}` };
      const found = documents.filter((document) => key === undefined || document[key] === value);
      return { ok: 1, cursor: { id: BSON.Long.ZERO, ns: namespace, firstBatch: found } };
    }
    case 'ping':
    case 'endsessions':
      return { ok: 1 };
    default:
      return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: '${name}'` };
  }
}
