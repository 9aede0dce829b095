/** Why a text is not a list of matchers, and where. */
import { SightlineError } from '@sightline/model';

export class MatcherError extends SightlineError<'matcher_syntax' | 'matcher_regex'> {
  /** In UTF-16 units of the text. */
  readonly offset: number;
  readonly length: number;

  constructor(
    code: 'matcher_syntax' | 'matcher_regex',
    message: string,
    place: { readonly offset: number; readonly length: number; readonly hint?: string | undefined },
  ) {
    super(code, message, place.hint === undefined ? {} : { hint: place.hint });
    this.offset = place.offset;
    this.length = place.length;
  }
}
