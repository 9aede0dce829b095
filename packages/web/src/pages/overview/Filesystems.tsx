/** How full each file system is, fullest first. Never averaged: one full disk is what matters. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { queryInstant } from '../../api/prometheus.ts';
import { Meter } from '../../components/Meter.tsx';
import { QueryGate } from '../../components/QueryGate.tsx';
import { StateView } from '../../components/State.tsx';
import type { Absence } from '../../lib/sources.ts';
import { patchSearch, pickGlobals, type SearchParams } from '../../lib/search-params.ts';
import { formatValue } from '../../lib/units.ts';
import { useRange } from '../../state/url.ts';

const SHOWN = 5;
const STEP_MS = 10_000;
/** Nothing yet is asked again sooner than the next refresh. */
const RETRY_MS = 2_000;

interface Mount {
  readonly mountpoint: string;
  readonly size: number;
  readonly used: number;
}

interface FilesystemsProps {
  /** Matchers of this host's series without braces. */
  readonly host: string;
  /** What is known about why there are no samples. */
  readonly absence: Absence | null;
}

export function Filesystems({ host, absence }: FilesystemsProps): ReactNode {
  const { toMs, isLive } = useRange();
  const filter = `${host === '' ? '' : `${host},`}fstype!~"tmpfs|ramfs|overlay|squashfs|devtmpfs|iso9660"`;
  // Containers see their root as overlay: without any real disk that is the one to show.
  const wide =
    host === '' ? 'fstype!~"tmpfs|ramfs|squashfs|devtmpfs"' : `${host},fstype!~"tmpfs|ramfs|squashfs|devtmpfs"`;
  // Rounded up while the range follows the clock: rounded down, the first samples of a fresh start would be in the future.
  const at = isLive ? Math.ceil(toMs / STEP_MS) * STEP_MS : toMs;
  const query = useQuery({
    queryKey: ['filesystems', host, at],
    queryFn: async ({ signal }) => {
      const narrow = await mounts(filter, at, signal);
      return narrow.length > 0 ? narrow : mounts(wide, at, signal);
    },
    placeholderData: (old) => old,
    refetchInterval: ({ state }) => (isLive && state.data?.length === 0 ? RETRY_MS : false),
  });
  const expr = `1 - node_filesystem_avail_bytes{${filter}} / node_filesystem_size_bytes`;
  const explore = (old: SearchParams): SearchParams => patchSearch(pickGlobals(old), { q: [expr], unit: 'ratio' });
  return (
    <section className="panel query-panel" aria-label="File systems" data-testid="panel-filesystems">
      <div className="query-panel-head">
        <h3>
          <Link to="/metrics" search={explore as never} title="Open in Metrics">
            File systems
          </Link>
        </h3>
        <span className="note">fullest first</span>
      </div>
      <QueryGate query={query} height={158}>
        {(found) =>
          found.length === 0 ? (
            <StateView
              {...(absence ?? {
                state: 'empty-range',
                title: 'No data in this range.',
                detail: 'This host has no file system of its own, or its samples are outside this range.',
              })}
            />
          ) : (
            <ul className="mounts">
              {found.slice(0, SHOWN).map(({ mountpoint, size, used }) => (
                <li key={mountpoint}>
                  <span className="mono clip-text" title={mountpoint}>
                    {mountpoint}
                  </span>
                  <span className="num">
                    {formatValue(used / size, 'ratio')} <span className="note">of {formatValue(size, 'bytes')}</span>
                  </span>
                  <Meter value={used / size} label={`${mountpoint} used`} isUsage />
                </li>
              ))}
              {found.length > SHOWN && <li className="note">and {found.length - SHOWN} emptier ones</li>}
            </ul>
          )
        }
      </QueryGate>
    </section>
  );
}

async function mounts(filter: string, atMs: number, signal: AbortSignal): Promise<Mount[]> {
  const ask = (metric: string) =>
    queryInstant(
      `max by (device) (${metric}{${filter}}) * on (device) group_left (mountpoint) topk by (device) (1, ${metric}{${filter}} * 0 + 1)`,
      atMs,
      signal,
    );
  const [size, available] = await Promise.all([ask('node_filesystem_size_bytes'), ask('node_filesystem_avail_bytes')]);
  const free = new Map(available.rows.map(({ metric, value }) => [metric['mountpoint'] ?? '', Number(value[1])]));
  return size.rows
    .map(({ metric, value }) => {
      const mountpoint = metric['mountpoint'] ?? '';
      const bytes = Number(value[1]);
      return { mountpoint, size: bytes, used: bytes - (free.get(mountpoint) ?? bytes) };
    })
    .filter(({ size: bytes }) => bytes > 0)
    .sort((a, b) => b.used / b.size - a.used / a.size);
}
