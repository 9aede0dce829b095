/** What can be done with a metric that the palette found. */
import { useShell } from '../../../state/shell.ts';
import { useGoTo, useHrefOf } from '../../../state/url.ts';

export interface MetricAction {
  readonly id: string;
  readonly label: string;
  /** Where it leads, for a new tab. */
  readonly href?: string;
  readonly run: () => void;
}

/** Graph first: it is what Enter does without looking further. */
export function useMetricActions(): (name: string) => readonly MetricAction[] {
  const goTo = useGoTo();
  const hrefOf = useHrefOf();
  const toast = useShell((state) => state.toast);
  return (name) => {
    const table = { q: [name], view: 'table' };
    return [
      {
        id: 'graph',
        label: 'Graph',
        href: hrefOf('/metrics', { q: [name] }),
        run: () => goTo('/metrics', { q: [name] }),
      },
      { id: 'table', label: 'Table', href: hrefOf('/metrics', table), run: () => goTo('/metrics', table) },
      {
        id: 'copy',
        label: 'Copy name',
        run: () =>
          void navigator.clipboard.writeText(name).then(
            () => toast(`Copied ${name}.`),
            () => toast('The browser does not allow copying here.', true),
          ),
      },
      {
        id: 'catalog',
        label: 'Show in the catalog',
        href: hrefOf('/metrics/catalog', { search: name }),
        run: () => goTo('/metrics/catalog', { search: name }),
      },
    ];
  };
}
