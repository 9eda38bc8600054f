/** The row, or a value in it, cannot be written, even if the table works. Writing it again does not help. */
export class UnwritableRow extends Error {
  override readonly name = 'UnwritableRow'
  readonly code: 'too-large' | 'refused' | 'not-convertible'

  /** @param cause may quote the row, so only its name may be shown */
  constructor(code: UnwritableRow['code'], cause: unknown) {
    super(`A row cannot be written: ${code}`, { cause })
    this.code = code
  }
}
