/** alertmanager.yml. An entry of its own (`@sightline/server/alertmanager`), so that checking a file does not load the server. */
export { type CheckAlertmanagerReport, checkAlertmanagerFile } from './check.ts';
export { type CheckAlertingReport, checkAlertingFiles } from '../beyond/config/check.ts';
export { type KnownAlert, knownAlert, unroutedAlerts } from './lint/known-alerts.ts';
export { MatcherError, parseMatcher } from './matchers.ts';
export { openRouting } from './routing.ts';
export { renderDiagnostics } from '../../lib/diagnostic-render.ts';
