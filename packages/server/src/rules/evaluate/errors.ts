/** What can be wrong with a rule while it runs, in Prometheus's words. */
import { SightlineError } from '@sightline/model';

type RuleErrorCode = 'rule_result_type' | 'rule_duplicate_labels' | 'rule_limit' | 'rule_write';

export class RuleError extends SightlineError<RuleErrorCode> {}
