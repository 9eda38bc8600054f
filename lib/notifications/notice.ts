/** A notification that needs human action. */
export interface Notice {
  /** Stable, because subscribers may filter by it. */
  readonly kind: 're-authorization-needed'
  readonly accountId: string
  /** One line. */
  readonly subject: string
  /** Plain text for people, on several lines. */
  readonly text: string
}

/** Sends notices to the subscribers. A notice may be sent twice but is never dropped. */
export interface Notices {
  publish(notice: Notice): Promise<void>
}
