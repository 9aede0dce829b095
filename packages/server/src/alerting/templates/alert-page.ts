/** Where notifications lead: the one place that knows the addresses of Sightline's pages about alerts. */

/** @param externalUrl as configured; a slash at its end does not matter */
export function alertPageUrl(externalUrl: string, fingerprint: string): string {
  return `${externalUrl.replace(/\/+$/, '')}/alerts/${encodeURIComponent(fingerprint)}`;
}
