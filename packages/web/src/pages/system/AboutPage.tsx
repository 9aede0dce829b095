/** Which program this is, how it was started, how it does. */
import { useQuery } from '@tanstack/react-query';
import type { AboutStatus } from '@sightline/api-types';
import type { ReactNode } from 'react';
import { aboutStatus } from '../../api/system.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Health } from '../../components/Health.tsx';
import { QueryGate } from '../../components/QueryGate.tsx';
import { StateStrip } from '../../components/State.tsx';
import { formatAge, formatDateTime, formatSpan } from '../../lib/time-format.ts';
import { formatValue } from '../../lib/units.ts';
import { useRange } from '../../state/url.ts';
import { SystemTabs } from './SystemTabs.tsx';

const POLL_MS = 5_000;

export function AboutPage(): ReactNode {
  const query = useQuery({
    queryKey: ['about-live'],
    queryFn: ({ signal }) => aboutStatus(signal),
    refetchInterval: POLL_MS,
  });
  return (
    <div className="page">
      <SystemTabs />
      <QueryGate query={query} height={300}>
        {(about) => <AboutFacts about={about} />}
      </QueryGate>
    </div>
  );
}

function AboutFacts({ about }: { about: AboutStatus }): ReactNode {
  const configRows = useConfigRows(about);
  return (
    <>
      {about.configError !== null && (
        <StateStrip state="error">
          The last reload failed, the configuration before it is still running: {about.configError}
        </StateStrip>
      )}
      <div className="about-grid">
        <Facts title="Program" rows={programRows(about)} copy={details(about)} />
        <Facts title="Configuration" rows={configRows} />
        <Facts title="Process" rows={processRows(about)} />
      </div>
    </>
  );
}

type Row = readonly [label: string, value: ReactNode];

const details = (about: AboutStatus): string =>
  `Sightline ${about.version} (${about.revision}), Node ${about.nodeVersion}, ${about.platform}`;

function programRows(about: AboutStatus): Row[] {
  return [
    ['version', about.version],
    ['revision', <code key="revision">{about.revision}</code>],
    ['Node.js', about.nodeVersion],
    ['platform', about.platform],
    ['host', about.hostname],
    ['own metrics', <code key="own">{`curl ${new URL('metrics', document.baseURI).href}`}</code>],
    [
      'API description',
      <a key="openapi" href={new URL('api/sightline/v1/openapi.json', document.baseURI).href}>
        openapi.json
      </a>,
    ],
  ];
}

function useConfigRows(about: AboutStatus): Row[] {
  const { zone, nowMs } = useRange();
  return [
    ['file', <code key="file">{about.configFile}</code>],
    [
      'loaded',
      `${formatDateTime(about.configLoadedMs, zone, nowMs)}, ${formatAge(Date.now() - about.configLoadedMs)} ago`,
    ],
    [
      'last reload',
      about.configError === null ? (
        <Health key="state" kind="ok" word="accepted" />
      ) : (
        <Health key="state" kind="crit" word="refused" />
      ),
    ],
    ['data', <code key="data">{about.dataDirectory}</code>],
    ['reload with', <code key="reload">{`curl -X POST ${new URL('-/reload', document.baseURI).href}`}</code>],
  ];
}

function processRows(about: AboutStatus): Row[] {
  const upMs = Date.now() - about.startedMs;
  return [
    ['running for', formatSpan(Math.max(1_000, Math.round(upMs / 1_000) * 1_000))],
    [
      'memory',
      `${formatValue(about.residentBytes, 'bytes')} resident, ${formatValue(about.heapUsedBytes, 'bytes')} heap`,
    ],
    [
      'CPU time',
      `${formatValue(about.cpuSecondsTotal, 'seconds')}, ${formatValue(about.cpuSecondsTotal / Math.max(1, upMs / 1000), 'ratio')} of one core`,
    ],
    ['event loop lag', `${formatValue(about.eventLoopLagP99Ms, 'ms')} at the 99th percentile`],
  ];
}

function Facts({ title, rows, copy }: { title: string; rows: readonly Row[]; copy?: string }): ReactNode {
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        {copy !== undefined && (
          <span className="panel-end">
            <CopyButton text={copy} label="Copy version details" />
          </span>
        )}
      </div>
      <dl className="panel-body facts num">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
