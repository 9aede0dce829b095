import { expect, test } from 'vitest';
import { createNameFilter } from './name-filter.ts';
import { DEFAULT_HOST_PATTERNS } from './options.ts';

test('patterns match anywhere unless they say otherwise', () => {
  const filter = createNameFilter({ include: 'eth', exclude: '^veth' });
  expect(['eth0', 'myeth1', 'veth3', 'lo'].filter(filter)).toEqual(['eth0', 'myeth1']);
});

test('an empty pattern is no pattern', () => {
  expect(['a', ''].filter(createNameFilter({ include: '', exclude: '' }))).toEqual(['a', '']);
});

test('remembering does not change the verdict, however many names come', () => {
  const filter = createNameFilter({ exclude: '5$' });
  for (let i = 0; i < 10_000; i++) expect(filter(`disk${i}`)).toBe(i % 10 !== 5);
  expect(filter('disk5')).toBe(false);
});

test('the default patterns leave out what is no disk, no storage and no network counter of interest', () => {
  const disks = createNameFilter({ exclude: DEFAULT_HOST_PATTERNS.diskDeviceExclude });
  const devices = [
    'sda',
    'sda1',
    'vdb',
    'xvda3',
    'nvme0n1',
    'nvme0n1p2',
    'loop0',
    'zram0',
    'ram1',
    'dm-0',
    'md0',
    'sr0',
  ];
  expect(devices.filter(disks)).toEqual(['sda', 'vdb', 'nvme0n1', 'dm-0', 'md0', 'sr0']);
  const paths = createNameFilter({ exclude: DEFAULT_HOST_PATTERNS.mountPointsExclude });
  expect(['/', '/dev', '/devices', '/dev/shm', '/sys/fs', '/var/lib/docker/x', '/home'].filter(paths)).toEqual([
    '/',
    '/devices',
    '/home',
  ]);
  const fields = createNameFilter({ include: DEFAULT_HOST_PATTERNS.netstatFields });
  expect(['Tcp_InSegs', 'Tcp_RtoMin', 'Udp_InErrors', 'TcpExt_ListenDrops', 'TcpExt_PAWSEstab'].filter(fields)).toEqual(
    ['Tcp_InSegs', 'Udp_InErrors', 'TcpExt_ListenDrops'],
  );
});
