/** Memory, scheduling, processes, time: what every Linux has, with the odd cases a healthy machine does not show. */
import { expect, test } from 'vitest';
import { fixtureHost } from '../testing/fixture-host.ts';

test('meminfo scales lines with a unit only and rewrites brackets', async () => {
  const host = fixtureHost({
    'proc/meminfo': 'MemTotal:       16 kB\nActive(anon):    2 kB\nHugePages_Total:       3\n',
  });
  expect(await host.samples('meminfo')).toEqual([
    'node_memory_Active_anon_bytes 2048',
    'node_memory_HugePages_Total 3',
    'node_memory_MemTotal_bytes 16384',
  ]);
});

test('pressure takes what the kernel writes and turns microseconds into seconds', async () => {
  const line = (kind: string, total: number): string => `${kind} avg10=0.00 avg60=0.00 avg300=0.00 total=${total}\n`;
  const host = fixtureHost({
    'proc/pressure/cpu': line('some', 1_500_000) + line('full', 9),
    'proc/pressure/io': line('some', 250) + line('full', 125),
    'proc/pressure/memory': line('some', 3) + line('full', 2),
    'proc/pressure/irq': line('full', 4_000_000),
  });
  expect(await host.samples('pressure')).toEqual([
    'node_pressure_cpu_waiting_seconds_total 1.5',
    'node_pressure_io_stalled_seconds_total 0.000125',
    'node_pressure_io_waiting_seconds_total 0.00025',
    'node_pressure_irq_stalled_seconds_total 4',
    'node_pressure_memory_stalled_seconds_total 0.000002',
    'node_pressure_memory_waiting_seconds_total 0.000003',
  ]);
});

test('schedstat turns nanoseconds into seconds', async () => {
  const host = fixtureHost({
    'proc/schedstat': 'version 15\ntimestamp 1\ncpu0 0 0 0 0 0 0 2500000000 500000000 77\ndomain0 3 0 0\n',
  });
  expect(await host.samples('schedstat')).toEqual([
    'node_schedstat_running_seconds_total{cpu="0"} 2.5',
    'node_schedstat_timeslices_total{cpu="0"} 77',
    'node_schedstat_waiting_seconds_total{cpu="0"} 0.5',
  ]);
});

test('processes counts states of processes and threads, whatever a process calls itself', async () => {
  const stat = (id: number, name: string, state: string, threads: number): string =>
    `${id} (${name}) ${state} 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 ${threads} 0 100\n`;
  const host = fixtureHost({
    'proc/1/stat': stat(1, 'init', 'S', 1),
    'proc/42/stat': stat(42, 'a) R (b', 'S', 2),
    'proc/42/task/42/stat': stat(42, 'a) R (b', 'S', 2),
    'proc/42/task/43/stat': stat(43, 'worker', 'D', 2),
    'proc/77/gone': '',
    'proc/sys/kernel/pid_max': '32768\n',
    'proc/sys/kernel/threads-max': '1000\n',
  });
  expect(await host.samples('processes')).toEqual([
    'node_processes_max_processes 32768',
    'node_processes_max_threads 1000',
    'node_processes_pids 2',
    'node_processes_state{state="S"} 2',
    'node_processes_threads 3',
    'node_processes_threads_state{thread_state="D"} 1',
    'node_processes_threads_state{thread_state="S"} 2',
  ]);
});

test('stat, vmstat, file handles and entropy', async () => {
  const host = fixtureHost({
    'proc/stat': 'intr 12 1 2\nctxt 34\nbtime 1700000000\nprocesses 56\nprocs_running 2\nprocs_blocked 1\n',
    'proc/vmstat': 'nr_free_pages 1\npgfault 10\npgmajfault 2\npgpgin 3\npswpout 4\noom_kill 1\n',
    'proc/sys/fs/file-nr': '640\t0\t9223372036854775807\n',
    'proc/sys/kernel/random/entropy_avail': '256\n',
    'proc/sys/kernel/random/poolsize': '256\n',
  });
  expect(await host.samples('stat', 'vmstat', 'filefd', 'entropy')).toEqual([
    'node_boot_time_seconds 1700000000',
    'node_context_switches_total 34',
    'node_entropy_available_bits 256',
    'node_entropy_pool_size_bits 256',
    'node_filefd_allocated 640',
    'node_filefd_maximum 9223372036854776000',
    'node_forks_total 56',
    'node_intr_total 12',
    'node_procs_blocked 1',
    'node_procs_running 2',
    'node_vmstat_oom_kill 1',
    'node_vmstat_pgfault 10',
    'node_vmstat_pgmajfault 2',
    'node_vmstat_pgpgin 3',
    'node_vmstat_pswpout 4',
  ]);
});

test('interrupts and softirqs come by CPU', async () => {
  const host = fixtureHost({
    'proc/stat': 'softirq 30 1 2 3 4 5 6 7 8 9 10\n',
    'proc/softirqs': '                    CPU0       CPU1\n          HI:          1          2\n',
    'proc/interrupts':
      '           CPU0       CPU1\n  0:  36 0 IO-APIC 2-edge timer\nNMI: 5 6 Non-maskable interrupts\nERR: 0\n',
  });
  const samples = await host.samples('interrupts', 'softirqs');
  expect(samples.filter((line) => !line.startsWith('node_softirqs_total'))).toEqual([
    'node_interrupts_total{cpu="0",devices="",info="Non-maskable interrupts",type="NMI"} 5',
    'node_interrupts_total{cpu="0",devices="2-edge timer",info="IO-APIC",type="0"} 36',
    'node_interrupts_total{cpu="1",devices="",info="Non-maskable interrupts",type="NMI"} 6',
    'node_interrupts_total{cpu="1",devices="2-edge timer",info="IO-APIC",type="0"} 0',
    'node_softirqs_functions_total{cpu="0",type="HI"} 1',
    'node_softirqs_functions_total{cpu="1",type="HI"} 2',
  ]);
  expect(samples).toContain('node_softirqs_total{vector="net_rx"} 4');
});

test('os reads quoted values and the first two parts of the version', async () => {
  const host = fixtureHost({
    'root/usr/lib/os-release':
      'NAME="Some \\"OS\\""\n# comment\nID=some\nVERSION_ID=\'24.04.1\'\nVERSION_CODENAME=noble\nSUPPORT_END=2030-01-01\n',
  });
  expect(await host.samples('os')).toEqual([
    'node_os_info{build_id="",id="some",id_like="",image_id="",image_version="",name="Some \\"OS\\"",pretty_name="",variant="",variant_id="",version="",version_codename="noble",version_id="24.04.1"} 1',
    'node_os_support_end_timestamp_seconds 1893456000',
    'node_os_version{id="some",id_like="",name="Some \\"OS\\""} 24.04',
  ]);
});

test('time gives the clock, the zone and the clock sources', async () => {
  const host = fixtureHost({
    'sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc hpet \n',
    'sys/devices/system/clocksource/clocksource0/current_clocksource': 'tsc\n',
  });
  const samples = await host.samples('time');
  expect(samples.slice(0, 3)).toEqual([
    'node_time_clocksource_available_info{clocksource="hpet",device="0"} 1',
    'node_time_clocksource_available_info{clocksource="tsc",device="0"} 1',
    'node_time_clocksource_current_info{clocksource="tsc",device="0"} 1',
  ]);
  const [clock = '', zone = ''] = samples.slice(3);
  expect(Math.abs(Number(clock.split(' ')[1]) - Date.now() / 1000)).toBeLessThan(2);
  expect(zone).toMatch(/^node_time_zone_offset_seconds\{time_zone="[A-Z0-9+-]+"\} -?\d+$/);
});
