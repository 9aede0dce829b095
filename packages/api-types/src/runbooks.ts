/** `GET /api/sightline/v1/runbooks/:name`: what to do when a rule that comes with Sightline fires. */
export interface Runbook {
  /** Of the alert. */
  readonly name: string;
  /** The title is the first line. Headings, paragraphs, lists, fenced code; in them links, code and emphasis. */
  readonly markdown: string;
}
