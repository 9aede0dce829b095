/**
 * Every option of Sightline, once: flags, environment variables, the keys of sightline.yml, defaults and the reference page
 * come from this table.
 */
import type { OptionType } from './option-types.ts';

export interface OptionSpec {
  /** Key path in sightline.yml; also the name of the option. Undefined keys exist only as flag and variable. */
  readonly name: string;
  readonly type: OptionType;
  /** Text as a person would write it; '' is "not set". */
  readonly default: string;
  readonly help: string;
  /** Without the dashes. */
  readonly flag: string;
  readonly env: string;
  /** For `choice`. */
  readonly choices?: readonly string[];
  /** What `--help` shows for the value: `<host:port>`. */
  readonly placeholder?: string;
}

type Row = Omit<OptionSpec, 'flag' | 'env'> & { readonly flag?: string };

function define(rows: readonly Row[]): readonly OptionSpec[] {
  return rows.map((row) => {
    const flag = row.flag ?? row.name.replaceAll('.', '-').replaceAll('_', '-');
    return Object.freeze({ ...row, flag, env: `SIGHTLINE_${flag.replaceAll('-', '_').toUpperCase()}` });
  });
}

/** Where sightline.yml is; it cannot stand in sightline.yml itself. */
export const CONFIG_OPTION = {
  flag: 'config',
  env: 'SIGHTLINE_CONFIG',
  placeholder: '<file>',
  help: 'Configuration of Sightline. Without it: `sightline.yml` in the working directory if there is one, else the built-in default.',
} as const;

export const OPTIONS: readonly OptionSpec[] = define([
  {
    name: 'listen',
    type: 'address',
    default: '127.0.0.1:7070',
    placeholder: '<host:port>',
    help: 'Address of the web app and every API. A port alone means this host only; `:7070` means every address of this host.',
  },
  {
    name: 'listeners',
    type: 'addresses',
    default: '',
    placeholder: '<host:port,...>',
    help: 'Further addresses that answer the same requests, such as `127.0.0.1:9090` for tools that expect Prometheus there.',
  },
  {
    name: 'data_dir',
    flag: 'data',
    type: 'path',
    default: './data',
    placeholder: '<folder>',
    help: 'Folder of the embedded database. One Sightline at a time can use it.',
  },
  {
    name: 'security.insecure_no_auth',
    flag: 'insecure-no-auth',
    type: 'boolean',
    default: 'false',
    help: 'Allow listening on addresses that other hosts can reach, although there is no log-in yet: everyone who reaches it can read and write.',
  },
  {
    name: 'log.level',
    type: 'choice',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    help: 'Least important log lines that are written.',
  },
  {
    name: 'log.format',
    type: 'choice',
    choices: ['auto', 'json', 'text'],
    default: 'auto',
    help: 'Form of log lines. `auto` is text on a terminal and JSON otherwise.',
  },
  {
    name: 'prometheus.config_file',
    flag: 'prometheus',
    type: 'path',
    default: '',
    placeholder: '<prometheus.yml>',
    help: 'A prometheus.yml whose jobs are scraped and whose rules are evaluated. Read again at a reload.',
  },
  {
    name: 'alertmanager.config_file',
    flag: 'alertmanager',
    type: 'path',
    default: '',
    placeholder: '<alertmanager.yml>',
    help: 'An alertmanager.yml: who hears of which alert. Read again at a reload. Without it alerts are shown and nobody is told.',
  },
  {
    name: 'external_url',
    type: 'url',
    default: '',
    placeholder: '<url>',
    help: 'Address under which people reach Sightline, for links in notifications. Without it: the address it listens on.',
  },
  {
    name: 'alerting.default_rules',
    type: 'choice',
    choices: ['auto', 'true', 'false'],
    default: 'auto',
    help: 'Evaluate the rules that come with Sightline: hosts, targets that are down, Sightline itself. `auto` leaves them out when `prometheus.yml` names rules of your own, and the Watchdog, which always fires, when no route of `alertmanager.yml` names it.',
  },
  {
    name: 'alerting.max_alerts',
    type: 'integer',
    default: '50000',
    help: 'Alerts known at once; new ones beyond are refused, counted and logged.',
  },
  {
    name: 'host_metrics.enabled',
    flag: 'host-metrics',
    type: 'boolean',
    default: 'true',
    help: 'Collect the metrics of this host, with the names of node_exporter.',
  },
  {
    name: 'host_metrics.interval',
    type: 'duration',
    default: '15s',
    help: 'Time between two collections of host metrics.',
  },
  { name: 'host_metrics.job', type: 'text', default: 'node', help: 'Label `job` of host metrics.' },
  {
    name: 'host_metrics.instance',
    type: 'text',
    default: '',
    help: 'Label `instance` of host metrics; the name of the host when not set.',
  },
  {
    name: 'host_metrics.proc_path',
    type: 'path',
    default: '/proc',
    placeholder: '<folder>',
    help: 'Where the proc file system is mounted; `/host/proc` in a container.',
  },
  {
    name: 'host_metrics.sys_path',
    type: 'path',
    default: '/sys',
    placeholder: '<folder>',
    help: 'Where the sys file system is mounted; `/host/sys` in a container.',
  },
  {
    name: 'host_metrics.rootfs',
    type: 'path',
    default: '/',
    placeholder: '<folder>',
    help: "Prefix under which the host's mount points are reachable; `/rootfs` in a container.",
  },
  {
    name: 'host_metrics.disabled_collectors',
    type: 'texts',
    default: '',
    placeholder: '<name,...>',
    help: 'Collectors that do not run.',
  },
  {
    name: 'host_metrics.enabled_collectors',
    type: 'texts',
    default: '',
    placeholder: '<name,...>',
    help: 'Collectors that run although they are off by default.',
  },
  {
    name: 'host_metrics.textfile_directory',
    type: 'path',
    default: '',
    placeholder: '<folder>',
    help: 'Folder of `*.prom` files whose metrics are added to those of the host.',
  },
  {
    name: 'self_scrape.enabled',
    flag: 'self-scrape',
    type: 'boolean',
    default: 'true',
    help: "Collect Sightline's own metrics.",
  },
  {
    name: 'self_scrape.interval',
    type: 'duration',
    default: '15s',
    help: "Time between two collections of Sightline's own metrics.",
  },
  {
    name: 'storage.backend',
    type: 'choice',
    choices: ['chdb', 'clickhouse'],
    default: 'chdb',
    help: 'Where data is kept: `chdb` is the database inside the process, `clickhouse` a server of your own.',
  },
  {
    name: 'storage.max_memory',
    type: 'size',
    default: '0',
    help: 'Memory for the embedded database; 0 takes a quarter of the memory of the host, at most 4 GB.',
  },
  {
    name: 'storage.clickhouse.url',
    type: 'url',
    default: '',
    placeholder: '<url>',
    help: 'HTTP address of the ClickHouse server.',
  },
  { name: 'storage.clickhouse.username', type: 'text', default: 'default', help: 'User of the ClickHouse server.' },
  {
    name: 'storage.clickhouse.password_file',
    type: 'path',
    default: '',
    placeholder: '<file>',
    help: 'File that holds the password of that user.',
  },
  {
    name: 'storage.clickhouse.database',
    type: 'text',
    default: 'sightline',
    help: 'Database on the ClickHouse server.',
  },
  {
    name: 'storage.clickhouse.sole_writer',
    type: 'boolean',
    default: 'false',
    help: 'No other Sightline writes to this database, so samples and results that were read may be kept in memory.',
  },
  {
    name: 'storage.cache_memory',
    type: 'size',
    default: '256MB',
    help: 'Memory for samples that were read and may be read again. 0 keeps none.',
  },
  {
    name: 'storage.retention.metrics',
    flag: 'retention-metrics',
    type: 'duration',
    default: '15d',
    help: 'How long metrics are kept. 0 keeps them for ever and accepts any past time.',
  },
  {
    name: 'storage.retention.alerts',
    flag: 'retention-alerts',
    type: 'duration',
    default: '90d',
    help: 'How long it is kept what was decided about alerts: their history, and why something was sent or not. 0 keeps it for ever.',
  },
  {
    name: 'storage.max_active_series',
    type: 'integer',
    default: '2000000',
    help: 'Series known at once; new ones beyond are refused and counted.',
  },
  {
    name: 'storage.max_queued_samples',
    type: 'integer',
    default: '2000000',
    help: 'Samples accepted and not yet stored; a write beyond is answered with 503.',
  },
  { name: 'query.timeout', type: 'duration', default: '2m', help: 'Longest time a query may take.' },
  {
    name: 'query.max_samples',
    type: 'integer',
    default: '50000000',
    help: 'Samples a query may hold in memory at once.',
  },
  { name: 'query.max_series', type: 'integer', default: '200000', help: 'Series a query may read.' },
  { name: 'query.max_points', type: 'integer', default: '11000', help: 'Steps that a range query may have.' },
  {
    name: 'query.max_memory',
    type: 'size',
    default: '1GB',
    help: 'Memory for the samples that one query holds at once, 16 bytes each.',
  },
  {
    name: 'query.max_total_memory',
    type: 'size',
    default: '2GB',
    help: 'Memory for the samples that all queries together hold at once. New queries wait while three quarters of it are taken.',
  },
  {
    name: 'query.cache_memory',
    type: 'size',
    default: '64MB',
    help: 'Memory for results of range queries, so that a refresh computes only what is new. 0 turns the cache off.',
  },
  {
    name: 'query.max_concurrency',
    type: 'integer',
    default: '20',
    help: 'Queries that run at once; further ones wait.',
  },
  {
    name: 'query.max_queued',
    type: 'integer',
    default: '500',
    help: 'Queries that wait at once; further ones are answered with 503.',
  },
  {
    name: 'query.lookback',
    type: 'duration',
    default: '5m',
    help: 'How far back an instant looks for the last sample of a series.',
  },
  {
    name: 'query.experimental_functions',
    type: 'boolean',
    default: 'false',
    help: 'Allow what Prometheus hides behind `promql-experimental-functions` and its kin: `info`, `limitk`, `mad_over_time`, `sort_by_label` and others, `anchored`, `smoothed` and `fill`.',
  },
  {
    name: 'limits.request_body',
    type: 'size',
    default: '32MB',
    help: 'Largest body of a write request, as it comes over the wire.',
  },
  {
    name: 'limits.decompressed_body',
    type: 'size',
    default: '128MB',
    help: 'Largest body of a write request after decompression.',
  },
  {
    name: 'limits.labels_per_series',
    type: 'integer',
    default: '128',
    help: 'Labels of a series; series with more are refused.',
  },
  { name: 'limits.label_name_length', type: 'integer', default: '1024', help: 'Characters of a label name.' },
  { name: 'limits.label_value_length', type: 'integer', default: '8192', help: 'Characters of a label value.' },
]);
