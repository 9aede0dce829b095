/** Whom a rule's alerts would go to. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { AlertInstance, RuleEntry } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { tryRoute } from '../../../api/notify.ts';
import { LabelList } from '../../../components/LabelList.tsx';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { matcherText, matchersOf } from '../../../lib/matchers.ts';
import { plainLabels } from '../../../lib/rules-model.ts';
import { patchSearch, pickGlobals, type SearchParams } from '../../../lib/search-params.ts';

interface RoutePreviewProps {
  readonly rule: RuleEntry;
  readonly instances: readonly AlertInstance[];
}

/** Always the same one while it lasts, whatever the order of the list. */
function firstOf(instances: readonly AlertInstance[]): AlertInstance | undefined {
  return [...instances].sort((a, b) => a.fingerprint.localeCompare(b.fingerprint))[0];
}

export function RoutePreview({ rule, instances }: RoutePreviewProps): ReactNode {
  const instance = firstOf(instances);
  const labels = instance?.labels ?? plainLabels(rule);
  const text = matchersOf(labels).map(matcherText).join(', ');
  const query = useQuery({
    queryKey: ['route-test', text],
    queryFn: ({ signal }) => tryRoute(labels, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <section className="panel" aria-label="Route">
      <div className="panel-head">
        <h2>Goes to</h2>
        <span className="panel-end">
          <Link
            to="/alerts/notify"
            search={((old: SearchParams) => patchSearch(pickGlobals(old), { labels: text })) as never}
          >
            Show in the tree
          </Link>
        </span>
      </div>
      <div className="panel-body">
        <QueryGate query={query} height={60}>
          {({ matches }) => (
            <ul className="route-hits" data-testid="route-preview">
              {matches.map(({ routeId, receiver, groupLabels }) => (
                <li key={routeId}>
                  <b>{receiver}</b>
                  <span className="note">in the group</span>
                  <LabelList labels={groupLabels} />
                </li>
              ))}
            </ul>
          )}
        </QueryGate>
        <p className="note">
          {instance === undefined
            ? 'By the labels that the rule itself gives; those of the series can lead elsewhere.'
            : 'By the labels of an instance that it has now.'}
        </p>
      </div>
    </section>
  );
}
