/** Protocol counters from /proc/net/netstat, snmp and snmp6, those whose `Protocol_Field` the pattern lets through. */
import type { MetricText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';
import type { NameFilter } from '../name-filter.ts';
import { createNameFilter } from '../name-filter.ts';

interface Field {
  readonly column: number;
  readonly metric: string;
  readonly help: string;
}

/** What is taken of each header line: the kernel writes the same hundreds of names at every read. */
type Plans = Map<string, readonly Field[]>;

const MAX_PLANS = 256;

export const netstatModule: HostModule = {
  name: 'netstat',
  create({ files, patterns }) {
    const isCollected = createNameFilter({ include: patterns.netstatFields });
    const plans: Plans = new Map();
    return (out) => {
      writePairs(files.read(files.proc('net/netstat')), plans, isCollected, out);
      writePairs(files.read(files.proc('net/snmp')), plans, isCollected, out);
      // Absent when IPv6 is off.
      writeLines(files.readOptional(files.proc('net/snmp6')) ?? '', plans, isCollected, out);
    };
  },
};

/** A line of names, `Tcp: InSegs OutSegs`, and below it a line of their values. */
function writePairs(text: string, plans: Plans, isCollected: NameFilter, out: MetricText): void {
  const lines = text.trimEnd().split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const fields = planFor(plans, lines[i] ?? '', isCollected, (head) => {
      const [protocol = '', ...names] = head.split(' ');
      return names.map((name) => [protocol.slice(0, -1), name]);
    });
    if (fields.length === 0) continue;
    const values = (lines[i + 1] ?? '').split(' ');
    for (const { column, metric, help } of fields) {
      const value = values[column + 1];
      if (value !== undefined) out.untyped(metric, help).add(Number(value));
    }
  }
}

/** One value a line, `Ip6InReceives 12`; the protocol ends with its 6. */
function writeLines(text: string, plans: Plans, isCollected: NameFilter, out: MetricText): void {
  for (const line of text.split('\n')) {
    const space = line.search(/\s/);
    if (space === -1) continue;
    const [field] = planFor(plans, line.slice(0, space), isCollected, (name) => {
      const end = name.indexOf('6') + 1;
      return [[name.slice(0, end), name.slice(end)]];
    });
    if (field !== undefined) out.untyped(field.metric, field.help).add(Number(line.slice(space)));
  }
}

function planFor(
  plans: Plans,
  head: string,
  isCollected: NameFilter,
  split: (head: string) => readonly (readonly string[])[],
): readonly Field[] {
  const known = plans.get(head);
  if (known !== undefined) return known;
  const fields: Field[] = [];
  for (const [column, [protocol = '', field = '']] of split(head).entries()) {
    const name = `${protocol}_${field}`;
    if (isCollected(name)) fields.push({ column, metric: `node_netstat_${name}`, help: `${field} of ${protocol}.` });
  }
  if (plans.size >= MAX_PLANS) plans.clear();
  plans.set(head, fields);
  return fields;
}
