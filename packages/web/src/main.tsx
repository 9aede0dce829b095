/** Starts the app. */
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/charts.css';
import './styles/time.css';
import './styles/pages.css';
import './styles/system.css';
import './styles/queries.css';
import './styles/alerts.css';
import './styles/alert-one.css';
import './styles/alert-history.css';
import './styles/alert-silences.css';
import './styles/alert-rules.css';
import './styles/alert-notify.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client.ts';
import { fromAlertmanagerLink } from './lib/alertmanager-link.ts';
import { createAppRouter } from './router.tsx';
import { watchSystemTheme } from './state/preferences.ts';
import { startKeyboard } from './state/shortcuts.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root"');

const link = fromAlertmanagerLink(location.hash);
if (link !== null) history.replaceState(null, '', new URL(link, document.baseURI));
watchSystemTheme();
startKeyboard();
const router = createAppRouter(new URL(document.baseURI).pathname);
// The frame in index.html stays until the page is there, instead of an empty screen in between.
await router.load();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
