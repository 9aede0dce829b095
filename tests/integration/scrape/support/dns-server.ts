/** A name server over UDP that answers from a table (RFC 1035), enough for the record types of dns_sd. */
import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';

const TYPES = { A: 1, NS: 2, MX: 15, AAAA: 28, SRV: 33 } as const;
type RecordType = keyof typeof TYPES;

export type DnsRecord =
  | { readonly type: 'A' | 'AAAA' | 'NS'; readonly value: string }
  | { readonly type: 'MX'; readonly value: string; readonly priority: number }
  | { readonly type: 'SRV'; readonly value: string; readonly port: number };

export interface DnsServer {
  readonly address: string;
  /** By name without the last dot. A name that is not there does not exist. */
  readonly zone: Map<string, readonly DnsRecord[]>;
  readonly asked: string[];
  /** Answer everything with SERVFAIL. */
  isBroken: boolean;
}

export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const state = { zone: new Map<string, readonly DnsRecord[]>(), asked: [] as string[], isBroken: false };
  socket.on('message', (query, from) => socket.send(answer(query, state), from.port, from.address));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return Object.assign(state, { address: `127.0.0.1:${socket.address().port}` });
}

function answer(query: Buffer, state: { zone: DnsServer['zone']; asked: string[]; isBroken: boolean }): Buffer {
  const { name, end } = readName(query, 12);
  const type = query.readUInt16BE(end);
  state.asked.push(name);
  const records = state.zone.get(name.toLowerCase());
  const code = state.isBroken ? 2 : records === undefined ? 3 : 0;
  const found = code === 0 ? (records ?? []).filter((record) => TYPES[record.type] === type) : [];
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found.length, 6);
  header.writeUInt32BE(0, 8);
  const answers = found.map((record) => {
    const data = recordData(record);
    const head = Buffer.alloc(12);
    head.writeUInt16BE(0xc00c, 0);
    head.writeUInt16BE(TYPES[record.type as RecordType], 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt32BE(1, 6);
    head.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, query.subarray(12, end + 4), ...answers]);
}

function recordData(record: DnsRecord): Buffer {
  switch (record.type) {
    case 'A':
      return Buffer.from(record.value.split('.').map(Number));
    case 'AAAA':
      return Buffer.from(record.value.replaceAll(':', ''), 'hex');
    case 'NS':
      return writeName(record.value);
    case 'MX':
      return Buffer.concat([Buffer.from([0, record.priority]), writeName(record.value)]);
    case 'SRV':
      return Buffer.concat([Buffer.from([0, 1, 0, 1, record.port >> 8, record.port & 255]), writeName(record.value)]);
  }
}

function readName(buffer: Buffer, at: number): { name: string; end: number } {
  const parts: string[] = [];
  let i = at;
  for (let length = buffer[i] as number; length > 0; length = buffer[i] as number) {
    parts.push(buffer.toString('latin1', i + 1, i + 1 + length));
    i += length + 1;
  }
  return { name: parts.join('.'), end: i + 1 };
}

function writeName(name: string): Buffer {
  const parts = name.split('.').flatMap((part) => [Buffer.from([part.length]), Buffer.from(part, 'latin1')]);
  return Buffer.concat([...parts, Buffer.from([0])]);
}
