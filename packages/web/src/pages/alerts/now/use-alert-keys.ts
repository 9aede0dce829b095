/** The keys of the list: they act on the row that has the focus, or on the selected ones. */
import type { AlertInstance } from '@sightline/api-types';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { useRowKeys } from '../../../components/use-row-keys.ts';
import type { Shortcut } from '../../../lib/keymap.ts';
import { webUrl } from '../../../lib/web-url.ts';
import { useShell } from '../../../state/shell.ts';

export interface AlertKeyActions {
  readonly find: (fingerprint: string) => AlertInstance | undefined;
  readonly acknowledge: (alert: AlertInstance) => void;
  readonly silence: (alert: AlertInstance) => void;
  readonly editRule: (alert: AlertInstance) => void;
  readonly toggleSelected: (alert: AlertInstance) => void;
  readonly acknowledgeSelected: () => void;
}

export function useAlertKeys(root: RefObject<HTMLElement | null>, actions: AlertKeyActions): void {
  const toast = useShell((state) => state.toast);
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  const shortcuts = useMemo((): readonly Shortcut[] => {
    const onRow = (run: (alert: AlertInstance) => void) => () => {
      const row = document.activeElement?.closest<HTMLElement>('[data-row]');
      const fingerprint = root.current?.contains(row ?? null) === true ? row?.dataset['row'] : undefined;
      const alert = fingerprint === undefined ? undefined : latest.current.find(fingerprint);
      if (alert === undefined) toast('Choose an alert with j and k first.');
      else run(alert);
    };
    return [
      { keys: 'Enter', label: 'Open the alert', group: 'List' },
      { keys: 'a', label: 'Acknowledge', group: 'List', run: onRow((alert) => latest.current.acknowledge(alert)) },
      { keys: 'm', label: 'Silence (mute)', group: 'List', run: onRow((alert) => latest.current.silence(alert)) },
      {
        keys: 'r',
        label: 'Runbook',
        group: 'List',
        run: onRow(({ runbookUrl, name }) => {
          const url = webUrl(runbookUrl);
          if (url === null) toast(`${name} has no runbook: the rule lacks the annotation runbook_url.`);
          else window.open(url, '_blank', 'noreferrer');
        }),
      },
      { keys: 'e', label: 'Rule', group: 'List', run: onRow((alert) => latest.current.editRule(alert)) },
      { keys: 'x', label: 'Select', group: 'List', run: onRow((alert) => latest.current.toggleSelected(alert)) },
      {
        keys: 'shift+a',
        label: 'Acknowledge the selected',
        group: 'List',
        run: () => latest.current.acknowledgeSelected(),
      },
    ];
  }, [root, toast]);
  useRowKeys('alerts', root, shortcuts);
}
