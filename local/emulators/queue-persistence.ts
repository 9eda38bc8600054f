import { DatabaseSync } from 'node:sqlite'
import { PersistenceManager } from '../../node_modules/fauxqs/dist/persistence.js'

/** fauxqs' SQLite, set up for this use and with one of its statements put right. */
export class QueuePersistence extends PersistenceManager {
  readonly #database: DatabaseSync

  constructor(folder: string) {
    super(folder)
    const database: unknown = Reflect.get(this, 'db')
    if (!(database instanceof DatabaseSync)) throw new TypeError('fauxqs keeps its database elsewhere now')
    this.#database = database
    // WAL survives a killed process without a flush to disk per message; only a power cut may lose the last ones.
    database.exec('PRAGMA synchronous = NORMAL')
  }

  /** fauxqs 2.4.1 sets the receive count to null, which its own table refuses: a visibility timeout of 0 always failed. */
  override updateMessageReady(messageId: string): void {
    this.#database
      .prepare('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?')
      .run(messageId)
  }
}
