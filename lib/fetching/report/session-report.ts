import type { Account } from '../../accounts/account.ts'
import { secretOf } from '../../mailbox/connect-session.ts'
import type { Credential, Mailbox, OpeningObserver, SessionWatch } from '../../mailbox/mailbox.ts'
import { type Redact, redaction } from '../../redaction/redaction.ts'
import { ConversationRecorder } from '../../runs/conversation-recorder.ts'
import type { RunConnection } from '../../runs/run-connection.ts'
import type { FetchServices } from '../services.ts'
import type { RunLog } from './run-log.ts'

/** The placeholder for credentials in recorded conversations, for example in the commands that send them. */
const credentialMark = '(credential)'

type Services = Pick<FetchServices, 'conversations' | 'now'>

/** Records one part's session: how far it got and, in a run with `debug`, the conversation with the server. */
export class SessionReport {
  readonly #services: Services
  readonly #log: RunLog
  readonly #began: number
  #connection: RunConnection
  #recorder: ConversationRecorder | undefined
  #pipeliningBroke = false
  /** One redaction for each credential of this part. */
  readonly #redactions = new Map<string, Redact>()

  constructor(services: Services, log: RunLog, { host, port }: Account) {
    this.#services = services
    this.#log = log
    this.#began = services.now()
    const { logins = 0, bytesReceived = 0 } = log.run.connection ?? {}
    this.#connection = { host, port, logins, bytesReceived }
  }

  /** Redacts a credential in all recordings. Call it before the credential is sent. */
  conceal(credential: Credential): void {
    const key = JSON.stringify(credential)
    if (!this.#redactions.has(key)) this.#redactions.set(key, redaction([secretOf(credential)], credentialMark))
  }

  /** Returns the observers for a session of this part. Call `conceal` with the session's credential first. */
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

  /** True if a session of this part broke during a batch of commands. */
  get pipeliningBroke(): boolean {
    return this.#pipeliningBroke
  }

  opened({ messageCount }: Mailbox, { folder }: Account): void {
    this.#reached({ ...(folder !== undefined && { folder }), messages: messageCount, openedAfter: this.#time() })
  }

  /** Writes the report into the run's record. Called when the session is over. */
  async end(mailbox?: Mailbox): Promise<void> {
    const bytesReceived = this.#connection.bytesReceived + (mailbox?.bytesReceived ?? 0)
    this.#log.connected({ ...this.#connection, bytesReceived })
    const recorder = this.#recorder
    if (!recorder) return
    this.#log.conversed(await recorder.end())
    if (recorder.failed)
      this.#log.event(
        'conversation-incomplete',
        'The rest of the conversation could not be recorded. This did not affect the fetch.',
      )
  }

  /**
   * Keeps the times of the first login. POP3 logs in repeatedly, and the times of later logins would describe the run
   * rather than the server.
   */
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
