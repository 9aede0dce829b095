/** What a person chose and the browser remembers: theme, single-key shortcuts. */
import { create } from 'zustand';
import { readStored, writeStored } from '../lib/stored.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';
export type Theme = 'light' | 'dark';

interface Preferences {
  readonly themeChoice: ThemeChoice;
  readonly theme: Theme;
  readonly hasSingleKeys: boolean;
  readonly setThemeChoice: (choice: ThemeChoice) => void;
  readonly cycleTheme: () => void;
  readonly setSingleKeys: (isOn: boolean) => void;
}

const prefersDark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches;
const themeOf = (choice: ThemeChoice): Theme =>
  choice === 'dark' || (choice === 'system' && prefersDark()) ? 'dark' : 'light';

function storedChoice(): ThemeChoice {
  const stored = new URLSearchParams(location.search).get('theme') ?? readStored('theme');
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function paint(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

export const usePreferences = create<Preferences>((set, get) => ({
  themeChoice: storedChoice(),
  theme: themeOf(storedChoice()),
  hasSingleKeys: readStored('single-keys') !== 'off',
  setThemeChoice: (themeChoice) => {
    writeStored('theme', themeChoice);
    const theme = themeOf(themeChoice);
    paint(theme);
    set({ themeChoice, theme });
  },
  cycleTheme: () => {
    // Light and dark in turn, so that every press is seen; "system" is chosen in the palette or the shortcuts dialog.
    const { theme, setThemeChoice } = get();
    setThemeChoice(theme === 'dark' ? 'light' : 'dark');
  },
  setSingleKeys: (hasSingleKeys) => {
    writeStored('single-keys', hasSingleKeys ? 'on' : 'off');
    set({ hasSingleKeys });
  },
}));

/** Follows the system while the choice is `system`. */
export function watchSystemTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    const { themeChoice } = usePreferences.getState();
    if (themeChoice !== 'system') return;
    const theme = themeOf('system');
    paint(theme);
    usePreferences.setState({ theme });
  });
}
