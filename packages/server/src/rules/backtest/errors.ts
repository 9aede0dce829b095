/** Why a backtest is not run, or ends early. */
import { SightlineError } from '@sightline/model';

type BacktestErrorCode = 'backtest_refused' | 'backtest_busy' | 'backtest_limit' | 'backtest_rule';

/** `backtest_refused` and `backtest_busy`: it was not begun. The others end one that runs. */
export class BacktestError extends SightlineError<BacktestErrorCode> {}
