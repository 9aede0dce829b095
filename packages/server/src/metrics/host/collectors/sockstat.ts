/** Sockets in use and their memory from /proc/net/sockstat and sockstat6. Memory is in pages. */
import type { HostFiles } from '../host-files.ts';
import type { HostModule } from '../module.ts';

export const sockstatModule: HostModule = {
  name: 'sockstat',
  create({ files }) {
    const pageBytes = readPageBytes(files);
    return (out) => {
      const text = files.read(files.proc('net/sockstat')) + (files.readOptional(files.proc('net/sockstat6')) ?? '');
      for (const line of text.split('\n')) {
        const colon = line.indexOf(':');
        if (colon === -1) continue;
        const protocol = line.slice(0, colon);
        const words = line
          .slice(colon + 1)
          .trim()
          .split(' ');
        for (let i = 0; i + 1 < words.length; i += 2) {
          const key = words[i] ?? '';
          const value = Number(words[i + 1]);
          out.gauge(`node_sockstat_${protocol}_${key}`, `${key} of ${protocol} sockets.`).add(value);
          if (key !== 'mem') continue;
          const help = `Memory of ${protocol} sockets, in bytes.`;
          out.gauge(`node_sockstat_${protocol}_mem_bytes`, help).add(value * pageBytes);
        }
      }
    };
  },
};

const AT_PAGESZ = 6n;
const ENTRY_BYTES = 16;

/** From the auxiliary vector of this process (getauxval(3)); 4096 where there is none. */
function readPageBytes(files: HostFiles): number {
  const vector = files.readBytes(files.proc('self/auxv'));
  for (let at = 0; vector !== undefined && at + ENTRY_BYTES <= vector.length; at += ENTRY_BYTES) {
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
  }
  return 4096;
}
