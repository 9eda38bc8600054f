/** What is the same for every occurrence of a problem (RFC 9457). */
export interface CataloguedProblem {
  readonly status: number
  readonly title: string
  readonly remedy: string
  /** For the documentation: when the problem occurs, and an example of `detail`. */
  readonly when: string
  readonly example: string
}
