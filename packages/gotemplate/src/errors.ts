/**
 * What can go wrong with a template, in Go's words: users know them from Prometheus and Alertmanager.
 * `template_parse` is about the text, `template_exec` about the data it met, `template_limit` about a bound it hit.
 */
import { SightlineError } from '@sightline/model';

type TemplateErrorCode = 'template_parse' | 'template_exec' | 'template_limit';

/** The message is exactly Go's, with the template's name, line and (while executing) column and expression. */
export class TemplateError extends SightlineError<TemplateErrorCode> {}

/** What a template function throws to refuse its arguments; the executor adds the position (`error calling f: ...`). */
export class FunctionError extends Error {}
