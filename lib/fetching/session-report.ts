import type { Account } from '../accounts/account.ts'
import { type Credential, secretOf } from '../accounts/credential.ts'
import type { OpeningObserver, SessionWatch } from '../mailbox/connection/session-watch.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { type Redact, redaction } from '../redaction/redaction.ts'
import { ConversationRecorder } from '../runs/conversation-recorder.ts'
import type { RunConnection } from '../runs/run-connection.ts'
import type { FetchServices } from './fetch-services.ts'
import type { RunLog } from './run-log.ts'

/** Stands in a recording where a credential stood, as in the lines that send one. */
const credentialMark = '(credential)'

type Services = Pick<FetchServices, 'conversations' | 'now'>

/** What one part of a run tells of its session: how far it came and, in a run with `debug`, what was said. */
export class SessionReport {
  readonly #services: Services
  readonly #log: RunLog
  readonly #began: number
  #connection: RunConnection
  #recorder: ConversationRecorder | undefined
  #pipeliningBroke = false
  /** One for each credential of this part. */
  readonly #redactions = new Map<string, Redact>()

  constructor(services: Services, log: RunLog, { host, port }: Account) {
    this.#services = services
    this.#log = log
    this.#began = services.now()
    const { logins = 0, bytesReceived = 0 } = log.run.connection ?? {}
    this.#connection = { host, port, logins, bytesReceived }
  }

  /** Keeps a credential that is about to be sent out of everything that is recorded. */
  conceal(credential: Credential): void {
    const key = JSON.stringify(credential)
    if (!this.#redactions.has(key)) this.#redactions.set(key, redaction([secretOf(credential)], credentialMark))
  }

  /** What the sessions of this part are opened with, each after its credential was concealed. */
  watch(): SessionWatch {
    const { runId, conversation } = this.#log.run
    if (conversation)
      this.#recorder ??= new ConversationRecorder({
        runId,
        before: conversation,
        writer: this.#services.conversations,
        redact: (line) => this.#redactions.values().reduce((text, redact) => redact(text), line),
        now: this.#services.now,
      })
    const observer: OpeningObserver = {
      connected: (address) => this.#reached({ address, connectedAfter: this.#time() }),
      secured: ({ version, certificate }) => {
        const { subject, issuer, validTo } = certificate ?? {}
        const tls = { version, ...(certificate && { subject, issuer, validTo }) }
        this.#reached({ tls, securedAfter: this.#time() })
      },
      loggedIn: (login) => this.#reached({ login, loggedInAfter: this.#time(), logins: this.#connection.logins + 1 }),
    }
    const onPipeliningBroken = () => {
      this.#pipeliningBroke = true
    }
    return { observer, transcript: this.#recorder, onPipeliningBroken }
  }

  /** A session of this part broke while several commands were under way. */
  get pipeliningBroke(): boolean {
    return this.#pipeliningBroke
  }

  opened({ messageCount }: Mailbox, { folder }: Account): void {
    this.#reached({ ...(folder !== undefined && { folder }), messages: messageCount, openedAfter: this.#time() })
  }

  /** Into the run's record, once the session is over. */
  async end(mailbox?: Mailbox): Promise<void> {
    const bytesReceived = this.#connection.bytesReceived + (mailbox?.bytesReceived ?? 0)
    this.#log.connected({ ...this.#connection, bytesReceived })
    const recorder = this.#recorder
    if (!recorder) return
    this.#log.conversed(await recorder.end())
    if (recorder.failed)
      this.#log.event(
        'conversation-incomplete',
        'The rest of the conversation could not be recorded; the fetch went on.',
      )
  }

  /** POP3 logs in again and again: the times are those of the first login, or they would tell of the run and not of the server. */
  #reached(steps: Partial<RunConnection>): void {
    const again = this.#connection.openedAfter !== undefined
    this.#connection = again
      ? { ...this.#connection, ...(steps.logins !== undefined && { logins: steps.logins }) }
      : { ...this.#connection, ...steps }
  }

  #time(): number {
    return this.#services.now() - this.#began
  }
}
