/** What to paste where, with the real address filled in. */

export interface SnippetText {
  readonly id: string;
  readonly tab: string;
  readonly intro: string;
  readonly label: string;
  readonly text: string;
}

/** @param base address of this server without a slash at the end, for example `http://localhost:7070` */
export function snippets(base: string): SnippetText[] {
  return [
    {
      id: 'scrape',
      tab: 'Prometheus scrape',
      intro:
        'Sightline reads prometheus.yml as it is. Put your targets in a file and start with --prometheus prometheus.yml.',
      label: 'scrape configuration',
      text: "scrape_configs:\n  - job_name: my-app\n    scrape_interval: 15s\n    static_configs:\n      - targets: ['localhost:8080']",
    },
    {
      id: 'remote-write',
      tab: 'Remote write',
      intro:
        'Add this to a Prometheus, Grafana Agent or vmagent that already runs. It keeps working as before and sends a copy.',
      label: 'remote write configuration',
      text: `remote_write:\n  - url: ${base}/api/v1/write`,
    },
    {
      id: 'import',
      tab: 'curl',
      intro: 'Push lines of the Prometheus text format; the time stamp in milliseconds is optional.',
      label: 'import command',
      text: `curl -X POST --data-binary 'my_first_metric{from="curl"} 42' ${base}/api/v1/import/prometheus`,
    },
    {
      id: 'grafana',
      tab: 'Grafana',
      intro: 'Sightline answers the Prometheus API: add it to Grafana as a data source of the type Prometheus.',
      label: 'data source address',
      text: base,
    },
  ];
}
