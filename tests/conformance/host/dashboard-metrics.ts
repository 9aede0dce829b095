/**
 * Names of the metrics that the community dashboard "Node Exporter Full" (Grafana 1860) draws, taken together from its
 * revisions of 2023 to 2025. Names only: they are the interface between the dashboard and whatever collects.
 */
const BY_PREFIX: Readonly<Record<string, string>> = {
  node_: `arp_entries boot_time_seconds context_switches_total cooling_device_cur_state cooling_device_max_state
    cpu_guest_seconds_total cpu_scaling_frequency_hertz cpu_scaling_frequency_max_hertz cpu_scaling_frequency_min_hertz
    cpu_seconds_total entropy_available_bits filefd_allocated filefd_maximum forks_total interrupts_total intr_total
    load1 load15 load5 nf_conntrack_entries nf_conntrack_entries_limit power_supply_online procs_blocked procs_running
    scrape_collector_duration_seconds scrape_collector_success systemd_socket_accepted_connections_total systemd_units
    tcp_connection_states textfile_scrape_error time_seconds uname_info`,
  node_disk_: `discard_time_seconds_total discards_completed_total discards_merged_total io_now io_time_seconds_total
    io_time_weighted_seconds_total read_bytes_total read_time_seconds_total reads_completed_total reads_merged_total
    write_time_seconds_total writes_completed_total writes_merged_total written_bytes_total`,
  node_filesystem_: 'avail_bytes device_error files files_free free_bytes readonly size_bytes',
  node_hwmon_:
    'chip_names temp_celsius temp_crit_alarm_celsius temp_crit_celsius temp_crit_hyst_celsius temp_max_celsius',
  node_memory_: `Active_anon_bytes Active_bytes Active_file_bytes AnonHugePages_bytes AnonPages_bytes Bounce_bytes
    Buffers_bytes Cached_bytes CommitLimit_bytes Committed_AS_bytes DirectMap1G_bytes DirectMap2M_bytes DirectMap4k_bytes
    Dirty_bytes HardwareCorrupted_bytes HugePages_Free HugePages_Rsvd HugePages_Surp HugePages_Total Hugepagesize_bytes
    Inactive_anon_bytes Inactive_bytes Inactive_file_bytes KernelStack_bytes Mapped_bytes MemAvailable_bytes MemFree_bytes
    MemTotal_bytes Mlocked_bytes NFS_Unstable_bytes PageTables_bytes Percpu_bytes SReclaimable_bytes SUnreclaim_bytes
    ShmemHugePages_bytes ShmemPmdMapped_bytes Shmem_bytes Slab_bytes SwapCached_bytes SwapFree_bytes SwapTotal_bytes
    Unevictable_bytes VmallocChunk_bytes VmallocTotal_bytes VmallocUsed_bytes WritebackTmp_bytes Writeback_bytes`,
  node_netstat_: `Icmp_InErrors Icmp_InMsgs Icmp_OutMsgs IpExt_InOctets IpExt_OutOctets Ip_Forwarding TcpExt_ListenDrops
    TcpExt_ListenOverflows TcpExt_SyncookiesFailed TcpExt_SyncookiesRecv TcpExt_SyncookiesSent TcpExt_TCPOFOQueue
    TcpExt_TCPRcvQDrop TcpExt_TCPSynRetrans Tcp_ActiveOpens Tcp_CurrEstab Tcp_InErrs Tcp_InSegs Tcp_MaxConn Tcp_OutRsts
    Tcp_OutSegs Tcp_PassiveOpens Tcp_RetransSegs UdpLite_InErrors Udp_InDatagrams Udp_InErrors Udp_NoPorts
    Udp_OutDatagrams Udp_RcvbufErrors Udp_SndbufErrors`,
  node_network_: `carrier mtu_bytes receive_bytes_total receive_compressed_total receive_drop_total receive_errs_total
    receive_fifo_total receive_frame_total receive_multicast_total receive_packets_total speed_bytes transmit_bytes_total
    transmit_carrier_total transmit_colls_total transmit_compressed_total transmit_drop_total transmit_errs_total
    transmit_fifo_total transmit_packets_total transmit_queue_length up`,
  node_pressure_: `cpu_waiting_seconds_total io_stalled_seconds_total io_waiting_seconds_total irq_stalled_seconds_total
    memory_stalled_seconds_total memory_waiting_seconds_total`,
  node_processes_: 'max_processes max_threads pids state threads',
  node_schedstat_: 'running_seconds_total timeslices_total waiting_seconds_total',
  node_sockstat_: `FRAG_inuse FRAG_memory RAW_inuse TCP_alloc TCP_inuse TCP_mem TCP_mem_bytes TCP_orphan TCP_tw
    UDPLITE_inuse UDP_inuse UDP_mem UDP_mem_bytes sockets_used`,
  node_softnet_: 'dropped_total processed_total times_squeezed_total',
  node_timex_: `estimated_error_seconds frequency_adjustment_ratio loop_time_constant maxerror_seconds offset_seconds
    sync_status tai_offset_seconds tick_seconds`,
  node_vmstat_: 'oom_kill pgfault pgmajfault pgpgin pgpgout pswpin pswpout',
  process_: `cpu_seconds_total max_fds open_fds resident_memory_max_bytes virtual_memory_bytes virtual_memory_max_bytes`,
};

export const DASHBOARD_METRICS: readonly string[] = Object.entries(BY_PREFIX).flatMap(([prefix, names]) =>
  names.split(/\s+/).map((name) => prefix + name),
);

/** Why a metric of the dashboard is not there. */
export const NOT_COLLECTED: readonly { readonly metric: RegExp; readonly reason: string }[] = [
  { metric: /^node_timex_/, reason: 'needs the system call adjtimex' },
  { metric: /^node_systemd_/, reason: 'needs D-Bus' },
  { metric: /^process_resident_memory_max_bytes$/, reason: 'no exporter has it: a slip in the dashboard' },
];
