/** Software RAID arrays from /proc/mdstat: their disks, blocks, and whether they are being repaired. */
import { noData } from '../errors.ts';
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

interface RaidArray {
  readonly device: string;
  readonly state: string;
  readonly disks: {
    readonly active: number;
    readonly failed: number;
    readonly spare: number;
    readonly required: number;
  };
  readonly blocks: number;
  readonly synced: number;
}

const STATES = ['active', 'inactive', 'recovering', 'resync', 'check'];

export const mdadmModule: HostModule = {
  name: 'mdadm',
  create({ files }) {
    return (out) => {
      const text = files.readOptional(files.proc('mdstat'));
      if (text === undefined) throw noData('software RAID');
      for (const array of parseMdstat(text)) writeArray(array, out);
    };
  },
};

/** An array is a line `md0 : active raid1 sda1[0] ...`, a status line, and indented lines about its bitmap and repair. */
function parseMdstat(text: string): RaidArray[] {
  const lines = text.split('\n');
  const arrays: RaidArray[] = [];
  for (let i = 0; i < lines.length; i++) {
    const match = /^(md\S*) : (active|inactive) ?(.*)$/.exec(lines[i] ?? '');
    if (match === null) continue;
    const [, device = '', activity = '', rest = ''] = match;
    const section: string[] = [];
    while (/^\s+\S/.test(lines[i + 1] ?? '')) section.push(lines[++i] ?? '');
    const blocks = Number(/(\d+) blocks/.exec(section[0] ?? '')?.[1] ?? 0);
    const repair = section.find((line) => /(recovery|resync|check)/.test(line));
    arrays.push({
      device,
      state: repair === undefined ? activity : repairState(repair),
      disks: countDisks(activity, rest, section[0] ?? ''),
      blocks,
      synced: repair === undefined ? blocks : Number(/\((\d+)\/\d+\)/.exec(repair)?.[1] ?? 0),
    });
  }
  return arrays;
}

function repairState(line: string): string {
  if (line.includes('recovery')) return 'recovering';
  return line.includes('check') ? 'check' : 'resync';
}

function countDisks(activity: string, members: string, status: string): RaidArray['disks'] {
  const failed = members.split('(F)').length - 1;
  const spare = members.split('(S)').length - 1;
  if (/\b(raid0|linear)\b/.test(members)) {
    const all = members.split('[').length - 1;
    return { active: all, failed, spare, required: all };
  }
  const counts = activity === 'inactive' ? null : /\[(\d+)\/(\d+)\] \[[U_]+\]/.exec(status);
  return { active: Number(counts?.[2] ?? 0), failed, spare, required: Number(counts?.[1] ?? 0) };
}

function writeArray({ device, state, disks, blocks, synced }: RaidArray, out: MetricText): void {
  const labels = labelText({ device });
  out.gauge('node_md_disks_required', 'Disks an array should have.').add(disks.required, labels);
  const family = out.gauge('node_md_disks', 'Disks of an array, by state.');
  family.add(disks.active, labelText({ device, state: 'active' }));
  family.add(disks.failed, labelText({ device, state: 'failed' }));
  family.add(disks.spare, labelText({ device, state: 'spare' }));
  const states = out.gauge('node_md_state', 'Whether an array is in a state.');
  for (const name of STATES) states.add(name === state ? 1 : 0, labelText({ device, state: name }));
  out.gauge('node_md_blocks', 'Blocks of an array.').add(blocks, labels);
  out.gauge('node_md_blocks_synced', 'Blocks of an array that are in step on all disks.').add(synced, labels);
}
