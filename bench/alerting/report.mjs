/** The section of bench/RESULTS.md about rules and notifications. */
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const percent = (value) => `${value.toFixed(1)} %`;
const ms = (value) => `${value.toFixed(0)} ms`;
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const msPerEvaluation = ({ rulesPercent, minutes, evaluations }) => (rulesPercent * minutes * 600) / evaluations;
const ratio = (own, peer) => (own / peer).toFixed(2);

/** @param measured rules and notifications, as they were measured; settings of the command */
export function alertingSection({ rules, notifications }, settings) {
  const ownRules = rules[0];
  const own = notifications[0];
  const series = Number(settings.targets) * Number(settings['series-per-target']);
  return [
    '## Alerting',
    `1000 rules in 50 groups over ${series} series, all of them read at each evaluation, every ${settings.interval} s for ${settings['rule-minutes']} min: half record a rate, half compare a gauge. Both programs scrape the same targets at the same time, first without and then with the rules; the difference is the rules.`,
    table(
      [
        'program',
        'CPU scraping',
        'CPU rules',
        'Sightline / it',
        'CPU both',
        'ms an evaluation',
        'Sightline / it',
        'peak memory',
        'evaluations',
        'missed',
        'failed',
      ],
      rules.map((row) => [
        row.peer,
        percent(row.scrapePercent),
        percent(row.rulesPercent),
        ratio(ownRules.rulesPercent, row.rulesPercent),
        percent(row.allPercent),
        msPerEvaluation(row).toFixed(2),
        ratio(msPerEvaluation(ownRules), msPerEvaluation(row)),
        mebibytes(row.peak),
        row.evaluations,
        row.missed,
        row.failed,
      ]),
    ),
    `${settings.alerts} firing alerts in ${settings['alert-groups']} groups, repeated each minute; in each group_interval of 15 s one more in every group, so that every group has a notification due. Both programs get the same alerts at the same time. Lateness: from the moment a flush is due to the request at the receiver.`,
    table(
      [
        'program',
        'CPU of a core',
        'Sightline / it',
        'peak memory',
        'notifications',
        'alerts told',
        'late p50',
        'p90',
        'p99',
        'max',
      ],
      notifications.map((row) => [
        row.peer,
        percent(row.cpuPercent),
        ratio(own.cpuPercent, row.cpuPercent),
        mebibytes(row.peak),
        `${row.notifications} of ${row.expected}`,
        `${row.alertsTold} of ${row.alertsGiven}`,
        ms(row.lateMs.p50),
        ms(row.lateMs.p90),
        ms(row.lateMs.p99),
        ms(row.lateMs.max),
      ]),
    ),
  ].join('\n\n');
}
