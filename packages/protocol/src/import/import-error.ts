/** What a stream of lines can have wrong before any line is parsed. */
import { SightlineError } from '@sightline/model';

export class LineTooLongError extends SightlineError<'line_too_long'> {
  readonly line: number;

  constructor(line: number, maxBytes: number) {
    super('line_too_long', `line ${line} is longer than ${maxBytes} bytes`, {
      hint: 'exposition text has one sample a line; is this another kind of file?',
    });
    this.line = line;
  }
}
