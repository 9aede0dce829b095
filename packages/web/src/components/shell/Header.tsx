/** Breadcrumb with the page's heading, palette button, time picker, refresh, links, help. */
import { Link, useLocation } from '@tanstack/react-router';
import { CircleHelp, Search } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useShell } from '../../state/shell.ts';
import { Keys } from '../Keys.tsx';
import { TimePicker } from '../time/TimePicker.tsx';
import { CompareMenu } from './CompareMenu.tsx';
import { CopyLinkMenu } from './CopyLinkMenu.tsx';
import { keepScope } from './Rail.tsx';
import { RefreshMenu } from './RefreshMenu.tsx';

const CRUMBS: readonly { path: RegExp; crumbs: readonly (readonly [label: string, to: string])[]; title: string }[] = [
  { path: /\/metrics\/catalog\/?$/, crumbs: [['Metrics', '/metrics']], title: 'Catalog' },
  { path: /\/metrics\/?$/, crumbs: [], title: 'Metrics' },
  { path: /\/alerts\/?$/, crumbs: [], title: 'Alerts' },
  { path: /\/alerts\/i\/[^/]+\/?$/, crumbs: [['Alerts', '/alerts']], title: 'Alert' },
  {
    path: /\/alerts\/rules\/new\/?$/,
    crumbs: [
      ['Alerts', '/alerts'],
      ['Rules', '/alerts/rules'],
    ],
    title: 'Try a rule',
  },
  {
    path: /\/alerts\/rules\/[^/]+\/?$/,
    crumbs: [
      ['Alerts', '/alerts'],
      ['Rules', '/alerts/rules'],
    ],
    title: 'Rule',
  },
  { path: /\/runbooks\/[^/]+\/?$/, crumbs: [['Alerts', '/alerts']], title: 'Runbook' },
  { path: /\/alerts\/rules\/?$/, crumbs: [['Alerts', '/alerts']], title: 'Rules' },
  { path: /\/alerts\/silences\/?$/, crumbs: [['Alerts', '/alerts']], title: 'Silences' },
  { path: /\/alerts\/history\/?$/, crumbs: [['Alerts', '/alerts']], title: 'Alert history' },
  { path: /\/alerts\/notify\/?$/, crumbs: [['Alerts', '/alerts']], title: 'Notify' },
  { path: /\/system\/targets\/?$/, crumbs: [['System', '/system/targets']], title: 'Targets' },
  { path: /\/system\/ingest\/?$/, crumbs: [['System', '/system/targets']], title: 'Ingest' },
  { path: /\/system\/storage\/?$/, crumbs: [['System', '/system/targets']], title: 'Storage' },
  { path: /\/system\/queries\/?$/, crumbs: [['System', '/system/targets']], title: 'Queries' },
  { path: /\/system\/about\/?$/, crumbs: [['System', '/system/targets']], title: 'About' },
  { path: /\/$/, crumbs: [], title: 'Overview' },
];
const MISSING = { crumbs: [], title: 'Not found' };

export function Header({ isKiosk }: { isKiosk: boolean }): ReactNode {
  const { pathname } = useLocation();
  const open = useShell((state) => state.open);
  const { crumbs, title } = CRUMBS.find(({ path }) => path.test(pathname)) ?? MISSING;
  useEffect(() => {
    document.title = [title, ...crumbs.map(([label]) => label), 'Sightline'].join(' · ');
  }, [title, crumbs]);
  return (
    <header className="header">
      <div className="crumbs">
        {crumbs.map(([label, to]) => (
          <span key={to} className="crumb">
            <Link to={to as '/'} search={keepScope}>
              {label}
            </Link>
            <span aria-hidden="true">›</span>
          </span>
        ))}
        <h1>{title}</h1>
      </div>
      {!isKiosk && (
        <div className="header-tools">
          <button type="button" className="search-button" onClick={() => open('palette', true)}>
            <Search size={14} aria-hidden="true" />
            <span className="search-text">Search or jump</span>
            <Keys keys="mod+k" />
          </button>
          <TimePicker />
          <CompareMenu />
          <RefreshMenu />
          <CopyLinkMenu />
          <button
            type="button"
            className="icon-button"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
            onClick={() => open('help', true)}
          >
            <CircleHelp size={16} aria-hidden="true" />
          </button>
        </div>
      )}
    </header>
  );
}
