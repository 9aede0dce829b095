/** Addresses of Alertmanager's own page (`/#/alerts?filter=...`), which stand in old messages and templates, as ours. */

/** The path and search of our page, or null when the fragment is none of theirs. */
export function fromAlertmanagerLink(hash: string): string | null {
  const match = /^#\/(alerts|silences|status)(?:\/([^?]*))?(?:\?(.*))?$/.exec(hash);
  if (match === null) return null;
  const [, page, part = '', query = ''] = match;
  const filter = new URLSearchParams(query).get('filter');
  if (page === 'status') return 'alerts/notify';
  if (page === 'alerts') return withParams('alerts', { filter });
  if (part === 'new') return withParams('alerts/silences', { new: '1', m: filter });
  if (part === '' || part === 'edit') return withParams('alerts/silences', { search: filter });
  return withParams('alerts/silences', { state: 'all', search: part });
}

function withParams(path: string, params: Readonly<Record<string, string | null>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== null && value !== '') search.set(name, value);
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}
