/** The instances of a rule, out of the list of all alerts. Not asked for while the rule has none. */
import type { AlertInstance, AlertList } from '@sightline/api-types';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { alertList } from '../../../api/alerts.ts';
import { usePollMs } from '../../../components/use-poll.ts';
import type { RuleRow } from '../../../lib/rules-model.ts';

export type InstancesQuery = UseQueryResult<readonly AlertInstance[]>;

export function useRuleInstances({ rule, group }: RuleRow): InstancesQuery {
  const pollMs = usePollMs();
  const { name } = rule;
  const select = useCallback(
    ({ alerts }: AlertList): readonly AlertInstance[] =>
      alerts.filter(
        ({ rule: of, state }) =>
          state !== 'resolved' && of?.name === name && of.group === group.name && of.file === group.file,
      ),
    [name, group.name, group.file],
  );
  return useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => alertList(signal),
    refetchInterval: pollMs,
    enabled: rule.firing + rule.pending > 0,
    select,
  });
}
