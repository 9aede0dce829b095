/** alertmanager.yml. An entry of its own (`@sightline/server/alertmanager`), so that checking a file does not load the server. */
export { type CheckAlertmanagerReport, checkAlertmanagerFile } from './check.ts';
export { renderDiagnostics } from '../../lib/diagnostic-render.ts';
