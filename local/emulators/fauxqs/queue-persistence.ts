import { DatabaseSync } from 'node:sqlite'
import { PersistenceManager } from '../../../node_modules/fauxqs/dist/persistence.js'

/** fauxqs's SQLite database, configured for the local run, with a fix for one of its statements. */
export class QueuePersistence extends PersistenceManager {
  readonly #database: DatabaseSync

  constructor(folder: string) {
    super(folder)
    const database: unknown = Reflect.get(this, 'db')
    if (!(database instanceof DatabaseSync))
      throw new TypeError('fauxqs no longer stores its database in the field `db`')
    this.#database = database
    // WAL survives a killed process without a flush to disk per message. Only a power failure can lose the last
    // messages.
    database.exec('PRAGMA synchronous = NORMAL')
  }

  /**
   * fauxqs 2.4.1 sets the receive count to null, which its own table does not allow, so a visibility timeout of 0
   * always failed.
   */
  override updateMessageReady(messageId: string): void {
    this.#database
      .prepare('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?')
      .run(messageId)
  }
}
