/** The person or program that makes a change, as recorded in rows and audit entries. */
export interface Actor {
  /** Readable, but not unique: names and addresses pass from one person to another. */
  readonly name: string
  /**
   * The `sub` of the actor's token, which its issuer never gives to anyone else. Records from older versions do not
   * have it.
   */
  readonly sub?: string | undefined
}
