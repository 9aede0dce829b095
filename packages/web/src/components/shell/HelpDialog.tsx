/** Every shortcut that works on this page, and the switches that belong to keyboard and theme. */
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { type ThemeChoice, usePreferences } from '../../state/preferences.ts';
import { useShell } from '../../state/shell.ts';
import { useAllShortcuts } from '../../state/shortcuts.ts';
import { Keys } from '../Keys.tsx';

const GROUPS = ['Go to', 'Time', 'Page', 'List', 'Query', 'Chart', 'General'] as const;
const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

export function HelpDialog(): ReactNode {
  const isOpen = useShell((state) => state.isHelpOpen);
  const open = useShell((state) => state.open);
  const shortcuts = useAllShortcuts();
  const { hasSingleKeys, setSingleKeys, themeChoice, setThemeChoice } = usePreferences();
  return (
    <Dialog.Root open={isOpen} onOpenChange={(next) => open('help', next)}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog" aria-describedby={undefined} data-testid="help">
          <div className="dialog-head">
            <Dialog.Title>Keyboard shortcuts</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close">
              <X size={16} aria-hidden="true" />
            </Dialog.Close>
          </div>
          <div className="dialog-options">
            <label className="check">
              <input
                type="checkbox"
                checked={hasSingleKeys}
                onChange={(event) => setSingleKeys(event.target.checked)}
              />
              Single-key shortcuts
            </label>
            <fieldset className="segmented">
              <legend>Theme</legend>
              {THEMES.map((choice) => (
                <label key={choice} data-on={themeChoice === choice}>
                  <input
                    type="radio"
                    name="theme"
                    value={choice}
                    checked={themeChoice === choice}
                    onChange={() => setThemeChoice(choice)}
                  />
                  {choice}
                </label>
              ))}
            </fieldset>
          </div>
          <div className="shortcut-groups">
            {GROUPS.map((group) => {
              const ofGroup = shortcuts.filter((one) => one.group === group);
              if (ofGroup.length === 0) return null;
              return (
                <section key={group}>
                  <h2>{group}</h2>
                  <dl>
                    {ofGroup.map(({ keys, label }) => (
                      <div key={keys + label}>
                        <dt>{label}</dt>
                        <dd>
                          <Keys keys={keys} />
                        </dd>
                      </div>
                    ))}
                  </dl>
                </section>
              );
            })}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
