/** What is open in the shell, the clock that relative ranges hang on, and short messages. */
import { create } from 'zustand';

interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isError: boolean;
  readonly action: ToastAction | null;
}

interface Shell {
  /** The instant that `now` stands for; moves on refresh, so every query of a page has the same one. */
  readonly nowMs: number;
  readonly isPaletteOpen: boolean;
  readonly isHelpOpen: boolean;
  readonly isTimePickerOpen: boolean;
  readonly toasts: readonly Toast[];
  readonly stepMs: number | null;
  /** Start of the overview's range when the address names none. */
  readonly overviewFrom: string;
  /** The same for the page of one alert: half an hour before it began. Null until that is known. */
  readonly alertFrom: string | null;
  /** Counts what people started: a run, a refresh, another range. */
  readonly runs: number;
  /** Moves the clock because a person asked for it. */
  readonly tick: () => void;
  /** Moves the clock because time went by. */
  readonly autoTick: () => void;
  readonly open: (part: 'palette' | 'help' | 'time', isOpen: boolean) => void;
  /** One with an action stays until it is dismissed. */
  readonly toast: (text: string, isError?: boolean, action?: ToastAction) => void;
  readonly dismiss: (id: number) => void;
  readonly setStep: (stepMs: number | null) => void;
  readonly setOverviewFrom: (from: string) => void;
  readonly setAlertFrom: (from: string | null) => void;
}

let nextToast = 1;
const TOAST_MS = 4_000;

export const useShell = create<Shell>((set, get) => ({
  nowMs: Date.now(),
  isPaletteOpen: false,
  isHelpOpen: false,
  isTimePickerOpen: false,
  toasts: [],
  stepMs: null,
  overviewFrom: 'now-15m',
  alertFrom: null,
  runs: 0,
  tick: () => set({ nowMs: Date.now(), runs: get().runs + 1 }),
  autoTick: () => set({ nowMs: Date.now() }),
  open: (part, isOpen) =>
    set(
      part === 'palette'
        ? { isPaletteOpen: isOpen }
        : part === 'help'
          ? { isHelpOpen: isOpen }
          : { isTimePickerOpen: isOpen },
    ),
  toast: (text, isError = false, action) => {
    const id = nextToast++;
    set({ toasts: [...get().toasts, { id, text, isError, action: action ?? null }].slice(-3) });
    if (!isError && action === undefined) setTimeout(() => get().dismiss(id), TOAST_MS);
  },
  dismiss: (id) => set({ toasts: get().toasts.filter((toast) => toast.id !== id) }),
  setStep: (stepMs) => set({ stepMs }),
  setOverviewFrom: (overviewFrom) => set({ overviewFrom }),
  setAlertFrom: (alertFrom) => set({ alertFrom }),
}));
