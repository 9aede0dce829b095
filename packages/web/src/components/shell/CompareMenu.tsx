/** What the charts are compared with: an earlier time, drawn as dashed ghosts. */
import { GitCompareArrows } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { COMPARE_CHOICES, compareWords } from '../../lib/compare.ts';
import { useCompare } from '../../state/url.ts';
import { Keys } from '../Keys.tsx';

export function CompareMenu(): ReactNode {
  const { choice, toggle } = useCompare();
  const words = choice === null ? null : compareWords(choice);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="button compare-button"
        data-testid="compare-menu"
        data-on={choice !== null}
        aria-label={words === null ? 'Compare with an earlier time' : `Compared with ${words}`}
        title="Compare with an earlier time"
      >
        <GitCompareArrows size={14} aria-hidden="true" />
        <span className="wide-text">{words === null ? 'Compare' : `vs ${words}`}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
          <DropdownMenu.Label className="menu-label">Compare with</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={choice ?? 'off'}>
            {COMPARE_CHOICES.map((one) => (
              <DropdownMenu.RadioItem
                key={one.choice}
                value={one.choice}
                className="menu-item"
                onSelect={() => {
                  if (one.choice !== choice) toggle(one.choice);
                }}
              >
                {one.label}
                <Keys keys={one.keys} />
              </DropdownMenu.RadioItem>
            ))}
            <DropdownMenu.RadioItem value="off" className="menu-item" onSelect={() => toggle(null)}>
              Nothing
            </DropdownMenu.RadioItem>
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
