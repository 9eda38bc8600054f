/** What somebody should know, because nothing goes on before somebody does something. */
export interface Notice {
  /** Stable: subscribers may filter by it. */
  readonly kind: 're-authorization-needed'
  readonly accountId: string
  /** One line. */
  readonly subject: string
  /** For people, in lines. */
  readonly text: string
}

/** Tells whoever has subscribed. A notice may come twice, never not at all. */
export interface Notices {
  publish(notice: Notice): Promise<void>
}
