/** The queues of the tests. `Raw` is the default queue. */
export type QueueName = 'Support' | 'Sales' | 'Books' | 'Raw'

export interface ShownFile {
  readonly name?: string
  readonly type?: string
  /** The decoded bytes, one character per byte. */
  readonly bytes?: string
  readonly inline?: boolean
  readonly isMessage?: boolean
  /** The text of the attached message in its own view. */
  readonly text?: string
}

/** What a person or a ticket system must see of a message. An absent property is not compared. */
export interface Shown {
  readonly subject?: string
  readonly from?: string
  readonly to?: string
  /** In ISO 8601. Null means that no date may be shown. */
  readonly date?: string | null
  /**
   * When the message arrived, for the start of POP3 accounts. It equals the date if the message has no trace fields.
   */
  readonly arrival?: string | null
  readonly queue?: QueueName
  /** The kind of automatic mail. Null means that a person wrote the message. */
  readonly automatic?: string | null
  readonly loop?: boolean
  /** The words, with single blanks between them. Null means that there must be no text. */
  readonly text?: string | null
  /** The words of the sanitised HTML, with single blanks between them. Null means that there must be no HTML. */
  readonly html?: string | null
  /** Whether the reader is told that no one has verified the signature. */
  readonly signed?: boolean
  readonly files?: readonly ShownFile[]
}

/** One row of the table. */
export interface Row {
  /** How the message is written. */
  readonly name: string
  readonly bytes: Buffer
  readonly shows: Shown
  /** The RFC or the standard that the value comes from. */
  readonly source: string
}
