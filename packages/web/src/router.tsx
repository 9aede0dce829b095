/** Routes. Every page is its own chunk; old Prometheus addresses lead to ours. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type RouterHistory,
} from '@tanstack/react-router';
import { NotFound } from './components/shell/NotFound.tsx';
import { PageError } from './components/shell/PageError.tsx';
import { Shell } from './components/shell/Shell.tsx';
import { fromPrometheusLink } from './lib/query-rows.ts';
import { parseSearch, type SearchParams, stringifySearch } from './lib/search-params.ts';

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch: (search: Record<string, unknown>): SearchParams => search as SearchParams,
});

const overview = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/OverviewPage.tsx'), 'OverviewPage'),
});
const metrics = createRoute({
  getParentRoute: () => rootRoute,
  path: '/metrics',
  component: lazyRouteComponent(() => import('./pages/metrics/MetricsPage.tsx'), 'MetricsPage'),
});
const catalog = createRoute({
  getParentRoute: () => rootRoute,
  path: '/metrics/catalog',
  component: lazyRouteComponent(() => import('./pages/metrics/CatalogPage.tsx'), 'CatalogPage'),
});
const alertPage = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts/i/$fingerprint',
  component: lazyRouteComponent(() => import('./pages/alerts/one/AlertPage.tsx'), 'AlertPage'),
});
const newRule = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts/rules/new',
  component: lazyRouteComponent(() => import('./pages/alerts/rules/NewRulePage.tsx'), 'NewRulePage'),
});
const rulePage = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts/rules/$id',
  component: lazyRouteComponent(() => import('./pages/alerts/rules/RulePage.tsx'), 'RulePage'),
});
const runbook = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runbooks/$name',
  component: lazyRouteComponent(() => import('./pages/alerts/RunbookPage.tsx'), 'RunbookPage'),
});
const alertTab = (tab: '' | '/rules' | '/silences' | '/history' | '/notify') =>
  createRoute({
    getParentRoute: () => rootRoute,
    path: `/alerts${tab}`,
    component: {
      '': lazyRouteComponent(() => import('./pages/alerts/now/AlertsPage.tsx'), 'AlertsPage'),
      '/rules': lazyRouteComponent(() => import('./pages/alerts/rules/RulesPage.tsx'), 'RulesPage'),
      '/silences': lazyRouteComponent(() => import('./pages/alerts/silences/SilencesPage.tsx'), 'SilencesPage'),
      '/history': lazyRouteComponent(() => import('./pages/alerts/history/HistoryPage.tsx'), 'HistoryPage'),
      '/notify': lazyRouteComponent(() => import('./pages/alerts/notify/NotifyPage.tsx'), 'NotifyPage'),
    }[tab],
  });
const system = createRoute({
  getParentRoute: () => rootRoute,
  path: '/system',
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/system/targets', search: search as never, replace: true });
  },
});
const systemTab = (tab: 'targets' | 'ingest' | 'storage' | 'queries' | 'about') =>
  createRoute({
    getParentRoute: () => rootRoute,
    path: `/system/${tab}`,
    component: {
      targets: lazyRouteComponent(() => import('./pages/system/TargetsPage.tsx'), 'TargetsPage'),
      ingest: lazyRouteComponent(() => import('./pages/system/IngestPage.tsx'), 'IngestPage'),
      storage: lazyRouteComponent(() => import('./pages/system/StoragePage.tsx'), 'StoragePage'),
      queries: lazyRouteComponent(() => import('./pages/system/queries/QueriesPage.tsx'), 'QueriesPage'),
      about: lazyRouteComponent(() => import('./pages/system/AboutPage.tsx'), 'AboutPage'),
    }[tab],
  });
const fromPrometheus = (path: '/graph' | '/query') =>
  createRoute({
    getParentRoute: () => rootRoute,
    path,
    beforeLoad: ({ search }) => {
      throw redirect({ to: '/metrics', search: fromPrometheusLink(search as SearchParams) as never, replace: true });
    },
  });

const routeTree = rootRoute.addChildren([
  overview,
  metrics,
  catalog,
  alertTab(''),
  alertTab('/rules'),
  alertTab('/silences'),
  alertTab('/history'),
  alertTab('/notify'),
  alertPage,
  runbook,
  newRule,
  rulePage,
  system,
  systemTab('targets'),
  systemTab('ingest'),
  systemTab('storage'),
  systemTab('queries'),
  systemTab('about'),
  fromPrometheus('/graph'),
  fromPrometheus('/query'),
]);

export function createAppRouter(basepath: string, history?: RouterHistory) {
  return createRouter({
    routeTree,
    basepath,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: PageError,
    ...(history === undefined ? {} : { history }),
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
