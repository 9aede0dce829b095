import { expect, test } from 'vitest';
import { fixtureHost } from '../testing/fixture-host.ts';

test('netdev reads the columns of a device, whatever stands in its name', async () => {
  const host = fixtureHost({
    'proc/net/dev':
      'Inter-|   Receive  |  Transmit\n face |bytes ...\n' +
      '    lo:  1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n' +
      'eth0:1:18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n',
    'sys/class/net/eth0:1/statistics/rx_nohandler': '17\n',
  });
  const samples = await host.samples('netdev');
  expect(samples.filter((line) => line.includes('eth0:1'))).toEqual([
    'node_network_receive_bytes_total{device="eth0:1"} 18446744073709552000',
    'node_network_receive_compressed_total{device="eth0:1"} 7',
    'node_network_receive_drop_total{device="eth0:1"} 4',
    'node_network_receive_errs_total{device="eth0:1"} 3',
    'node_network_receive_fifo_total{device="eth0:1"} 5',
    'node_network_receive_frame_total{device="eth0:1"} 6',
    'node_network_receive_multicast_total{device="eth0:1"} 8',
    'node_network_receive_nohandler_total{device="eth0:1"} 17',
    'node_network_receive_packets_total{device="eth0:1"} 2',
    'node_network_transmit_bytes_total{device="eth0:1"} 9',
    'node_network_transmit_carrier_total{device="eth0:1"} 15',
    'node_network_transmit_colls_total{device="eth0:1"} 14',
    'node_network_transmit_compressed_total{device="eth0:1"} 16',
    'node_network_transmit_drop_total{device="eth0:1"} 12',
    'node_network_transmit_errs_total{device="eth0:1"} 11',
    'node_network_transmit_fifo_total{device="eth0:1"} 13',
    'node_network_transmit_packets_total{device="eth0:1"} 10',
  ]);
  expect(samples).toContain('node_network_receive_packets_total{device="lo"} 1');
});

test('netdev leaves out devices that the pattern excludes', async () => {
  const host = fixtureHost(
    { 'proc/net/dev': 'a\nb\nveth12: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\neth0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n' },
    { patterns: { netDeviceExclude: '^veth' } },
  );
  const samples = await host.samples('netdev');
  expect(samples.filter((line) => line.includes('veth'))).toEqual([]);
  expect(samples.length).toBeGreaterThan(10);
});

test('netclass turns megabits into bytes a second and skips what is no device', async () => {
  const host = fixtureHost({
    'sys/class/net/bonding_masters': 'bond0\n',
    'sys/class/net/eth0/ifindex': '3\n',
    'sys/class/net/eth0/operstate': 'up\n',
    'sys/class/net/eth0/speed': '10000\n',
    'sys/class/net/eth0/duplex': 'full\n',
    'sys/class/net/eth0/carrier': '1\n',
    'sys/class/net/eth0/flags': '0x1003\n',
    'sys/class/net/eth0/mtu': '1500\n',
    'sys/class/net/eth0/address': '52:54:00:00:00:01\n',
    'sys/class/net/eth0/broadcast': 'ff:ff:ff:ff:ff:ff\n',
    'sys/class/net/eth0/ifalias': 'up\\link\n',
    'sys/class/net/eth0/device/vendor': '0x1af4\n',
  });
  expect(await host.samples('netclass')).toEqual([
    'node_network_carrier{device="eth0"} 1',
    'node_network_flags{device="eth0"} 4099',
    'node_network_iface_id{device="eth0"} 3',
    'node_network_info{address="52:54:00:00:00:01",broadcast="ff:ff:ff:ff:ff:ff",device="eth0",duplex="full",ifalias="up\\\\link",operstate="up"} 1',
    'node_network_mtu_bytes{device="eth0"} 1500',
    'node_network_speed_bytes{device="eth0"} 1250000000',
    'node_network_up{device="eth0"} 1',
  ]);
});

test('bonding counts links and those that are up, on old kernels too', async () => {
  const host = fixtureHost({
    'sys/class/net/bonding_masters': 'bond0 empty\n',
    'sys/class/net/bond0/bonding/slaves': 'eth0 eth1 eth2\n',
    'sys/class/net/bond0/lower_eth0/bonding_slave/mii_status': 'up\n',
    'sys/class/net/bond0/lower_eth1/bonding_slave/mii_status': 'down\n',
    'sys/class/net/bond0/slave_eth2/bonding_slave/mii_status': 'up\n',
    'sys/class/net/empty/bonding/slaves': '\n',
  });
  expect(await host.samples('bonding')).toEqual([
    'node_bonding_active{master="bond0"} 2',
    'node_bonding_active{master="empty"} 0',
    'node_bonding_slaves{master="bond0"} 3',
    'node_bonding_slaves{master="empty"} 0',
  ]);
});

test('netstat takes the fields the pattern names from all three files', async () => {
  const host = fixtureHost({
    'proc/net/netstat': 'TcpExt: SyncookiesSent EmbryonicRsts ListenDrops\nTcpExt: 1 2 3\n',
    'proc/net/snmp': 'Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: MaxConn CurrEstab\nTcp: -1 5\n',
    'proc/net/snmp6': 'Ip6InOctets                     \t99\nUdpLite6InErrors \t7\nIp6InDelivers\t4\n',
  });
  const expected = [
    'node_netstat_Ip6_InOctets 99',
    'node_netstat_Ip_Forwarding 1',
    'node_netstat_TcpExt_ListenDrops 3',
    'node_netstat_TcpExt_SyncookiesSent 1',
    'node_netstat_Tcp_CurrEstab 5',
    'node_netstat_Tcp_MaxConn -1',
    'node_netstat_UdpLite6_InErrors 7',
  ];
  expect(await host.samples('netstat')).toEqual(expected);
  expect(await host.samples('netstat')).toEqual(expected);
});

test('sockstat gives memory in bytes too, with the page size of this kernel', async () => {
  const auxv = Buffer.alloc(32);
  auxv.writeBigUInt64LE(6n, 0);
  auxv.writeBigUInt64LE(16384n, 8);
  const host = fixtureHost({
    'proc/self/auxv': auxv.toString('latin1'),
    'proc/net/sockstat': 'sockets: used 16\nTCP: inuse 1 orphan 0 tw 2 alloc 1 mem 3\n',
    'proc/net/sockstat6': 'TCP6: inuse 4\n',
  });
  expect(await host.samples('sockstat')).toEqual([
    'node_sockstat_TCP6_inuse 4',
    'node_sockstat_TCP_alloc 1',
    'node_sockstat_TCP_inuse 1',
    'node_sockstat_TCP_mem 3',
    'node_sockstat_TCP_mem_bytes 49152',
    'node_sockstat_TCP_orphan 0',
    'node_sockstat_TCP_tw 2',
    'node_sockstat_sockets_used 16',
  ]);
});

test('softnet takes the CPU from the line where the kernel writes it, else the row', async () => {
  const zeros = '00000000 00000000 00000000 00000000 00000000';
  const host = fixtureHost({
    'proc/net/softnet_stat':
      `0000000a 00000001 00000002 ${zeros} 00000003 00000004 00000005 00000006 00000002\n` +
      `0000000b 00000000 00000000\n`,
  });
  expect(await host.samples('softnet')).toEqual([
    'node_softnet_backlog_len{cpu="2"} 6',
    'node_softnet_cpu_collision_total{cpu="2"} 3',
    'node_softnet_dropped_total{cpu="1"} 0',
    'node_softnet_dropped_total{cpu="2"} 1',
    'node_softnet_flow_limit_count_total{cpu="2"} 5',
    'node_softnet_processed_total{cpu="1"} 11',
    'node_softnet_processed_total{cpu="2"} 10',
    'node_softnet_received_rps_total{cpu="2"} 4',
    'node_softnet_times_squeezed_total{cpu="1"} 0',
    'node_softnet_times_squeezed_total{cpu="2"} 2',
  ]);
});

test('conntrack sums hexadecimal columns over CPUs', async () => {
  const host = fixtureHost({
    'proc/sys/net/netfilter/nf_conntrack_count': '12\n',
    'proc/sys/net/netfilter/nf_conntrack_max': '65536\n',
    'proc/net/stat/nf_conntrack':
      'entries  found new drop search_restart\n0000000c 00000010 1 2  3\n0000000c 00000001 1 0a 4\n',
  });
  expect(await host.samples('conntrack')).toEqual([
    'node_nf_conntrack_entries 12',
    'node_nf_conntrack_entries_limit 65536',
    'node_nf_conntrack_stat_drop 12',
    'node_nf_conntrack_stat_found 17',
    'node_nf_conntrack_stat_search_restart 7',
  ]);
});

test('udp_queues and tcpstat add up hexadecimal queues', async () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr\n';
  const host = fixtureHost({
    'proc/net/udp': `${head}   0: 0100007F:0035 00000000:0000 07 00000010:00000100 00\n   1: 0:0 0:0 07 00000001:00000000 00\n`,
    'proc/net/tcp':
      `${head}   0: 0:0 0:0 0A 00000000:00000002 00\n   1: 0:0 0:0 01 00000003:00000000 00\n` +
      `   2: 0:0 0:0 01 00000000:00000000 00\n`,
    'proc/net/tcp6': `${head}   0: 0:0 0:0 06 00000000:00000000 00\n`,
  });
  expect(await host.samples('udp_queues', 'tcpstat')).toEqual([
    'node_tcp_connection_states{state="established"} 2',
    'node_tcp_connection_states{state="listen"} 1',
    'node_tcp_connection_states{state="rx_queued_bytes"} 2',
    'node_tcp_connection_states{state="time_wait"} 1',
    'node_tcp_connection_states{state="tx_queued_bytes"} 3',
    'node_udp_queues{ip="v4",queue="rx"} 256',
    'node_udp_queues{ip="v4",queue="tx"} 17',
  ]);
});

test('arp counts entries by device', async () => {
  const host = fixtureHost({
    'proc/net/arp':
      'IP address HW type Flags HW address Mask Device\n10.0.0.1 0x1 0x2 aa:bb * eth0\n10.0.0.2 0x1 0x2 aa:bc * eth0\n10.1.0.1 0x1 0x2 cc:bc * wg0\n',
  });
  expect(await host.samples('arp')).toEqual(['node_arp_entries{device="eth0"} 2', 'node_arp_entries{device="wg0"} 1']);
});
