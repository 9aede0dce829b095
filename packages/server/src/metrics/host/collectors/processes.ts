/**
 * Processes and threads by state. Reads one file for each process and, where it has more than one, for each thread, giving
 * way to the event loop on the way; a process that ends meanwhile is not counted.
 */
import type { HostFiles } from '../host-files.ts';
import type { MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

interface Tally {
  processes: number;
  threads: number;
  readonly byState: Map<string, number>;
  readonly threadsByState: Map<string, number>;
}

export const processesModule: HostModule = {
  name: 'processes',
  create({ files }) {
    return async (out) => {
      const tally: Tally = { processes: 0, threads: 0, byState: new Map(), threadsByState: new Map() };
      for (const pid of files.list(files.proc())) {
        if (!isNumber(pid)) continue;
        await files.breathe();
        await countProcess(files, pid, tally);
      }
      writeTally(files, tally, out);
    };
  },
};

async function countProcess(files: HostFiles, pid: string, tally: Tally): Promise<void> {
  const process = parseStat(files.readOptional(files.proc(pid, 'stat')));
  if (process === undefined) return;
  tally.processes++;
  tally.threads += process.threads;
  count(tally.byState, process.state);
  if (process.threads === 1) {
    count(tally.threadsByState, process.state);
    return;
  }
  for (const tid of files.list(files.proc(pid, 'task'))) {
    await files.breathe();
    const thread = parseStat(files.readOptional(files.proc(pid, 'task', tid, 'stat')));
    if (thread !== undefined) count(tally.threadsByState, thread.state);
  }
}

/** `pid (name) state ...`, where the name may hold anything; the number of threads is the 18th field after it. */
function parseStat(text: string | undefined): { state: string; threads: number } | undefined {
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ', 18);
  const state = fields[0];
  return state === undefined || state === '' ? undefined : { state, threads: Number(fields[17]) };
}

function writeTally(files: HostFiles, tally: Tally, out: MetricText): void {
  out.gauge('node_processes_pids', 'Processes that exist.').add(tally.processes);
  out.gauge('node_processes_threads', 'Threads of all processes.').add(tally.threads);
  const states = out.gauge('node_processes_state', 'Processes, by state.');
  for (const [state, value] of tally.byState) states.add(value, labelText({ state }));
  const threads = out.gauge('node_processes_threads_state', 'Threads, by state.');
  for (const [state, value] of tally.threadsByState) threads.add(value, labelText({ thread_state: state }));
  const maxProcesses = files.readNumber(files.proc('sys/kernel/pid_max'));
  const maxThreads = files.readNumber(files.proc('sys/kernel/threads-max'));
  const help = 'the kernel allows at one time.';
  if (maxProcesses !== undefined) out.gauge('node_processes_max_processes', `Processes ${help}`).add(maxProcesses);
  if (maxThreads !== undefined) out.gauge('node_processes_max_threads', `Threads ${help}`).add(maxThreads);
}

function count(map: Map<string, number>, state: string): void {
  map.set(state, (map.get(state) ?? 0) + 1);
}

function isNumber(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 48 && first <= 57;
}
