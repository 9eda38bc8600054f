/** A row or a value of it cannot be written, however healthy the table is: writing the same again does not help. */
export class UnwritableRow extends Error {
  override readonly name = 'UnwritableRow'
  readonly code: 'too-large' | 'refused' | 'not-convertible'

  /** @param cause may quote the row, so only its name may be shown */
  constructor(code: UnwritableRow['code'], cause: unknown) {
    super(`A row cannot be written: ${code}`, { cause })
    this.code = code
  }
}
