/** How bad an alert is and how it stands: shape, word and colour together. */
import type { AlertInstance, AlertInstanceState } from '@sightline/api-types';
import {
  BellOff,
  CircleCheck,
  CircleDashed,
  Clock,
  Flame,
  Info,
  type LucideIcon,
  OctagonAlert,
  ShieldBan,
  TriangleAlert,
  VolumeX,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { severityOf, type SeverityKind } from '../../lib/alert-model.ts';

const GLYPHS: Readonly<Record<SeverityKind, LucideIcon>> = {
  crit: OctagonAlert,
  warn: TriangleAlert,
  info: Info,
  unknown: CircleDashed,
};

export function Severity({ labels }: { labels: AlertInstance['labels'] }): ReactNode {
  const { kind, word } = severityOf(labels);
  const Glyph = GLYPHS[kind];
  return (
    <span className="severity" data-severity={kind}>
      <Glyph size={15} aria-hidden="true" />
      <span>{word}</span>
    </span>
  );
}

const STATE_GLYPHS: Readonly<Record<AlertInstanceState, LucideIcon>> = {
  firing: Flame,
  pending: Clock,
  silenced: BellOff,
  inhibited: ShieldBan,
  muted: VolumeX,
  resolved: CircleCheck,
};

export function AlertStateWord({ state }: { state: AlertInstanceState }): ReactNode {
  const Glyph = STATE_GLYPHS[state];
  return (
    <span className="alert-state" data-state={state}>
      <Glyph size={13} aria-hidden="true" />
      {state}
    </span>
  );
}
