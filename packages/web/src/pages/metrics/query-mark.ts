/** A part of a query that another part of the page points at; the editor marks it. */
export interface MarkedPart {
  /** The query row's letter. */
  readonly ref: string;
  /** Offsets in the query as it is written, end exclusive. */
  readonly start: number;
  readonly end: number;
}
