import { setTimeout as sleep } from 'node:timers/promises'
import type { SecureContext } from 'node:tls'
import type { MailProtocol } from '../../lib/mailbox/account-type.ts'
import type { Action, Command, Ending, Fault, MessageLie, SessionInfo } from './faults.ts'
import type { MailUser, StoredMessage } from './mailboxes.ts'
import type { Quirks } from './options.ts'
import { challengesOf, parseTokenLogin, type TokenMechanism, type TokenRefusal } from './token-login.ts'
import { ConnectionOver, type Wire } from './wire.ts'

export interface TranscriptEntry {
  readonly session: number
  readonly protocol: MailProtocol
  readonly secure: boolean
  readonly name: string
  readonly args: string
}

/** The state that all sessions of one server share. Tests change it while sessions run. */
export interface ServerState {
  readonly users: ReadonlyMap<string, MailUser>
  quirks: Quirks
  faults: Fault[]
  readonly transcript: TranscriptEntry[]
  secureContext(): SecureContext
}

const resetGraceMs = 10

/** The common part of IMAP and POP3 sessions: faults at each step, login check, upgrade. */
export abstract class Session implements SessionInfo {
  readonly id: number
  abstract readonly protocol: MailProtocol
  user: string | undefined
  protected readonly wire: Wire
  protected readonly server: ServerState

  constructor(id: number, wire: Wire, server: ServerState) {
    this.id = id
    this.wire = wire
    this.server = server
  }

  get secure(): boolean {
    return this.wire.secure
  }

  protected abstract greet(): Promise<void>
  /** Reads and answers one command; `false` ends the session. */
  protected abstract serveOne(): Promise<boolean>
  /** Sends a continuation request. @returns the line that the client sends in response */
  abstract askForLine(prompt: string): Promise<string>
  /** Called when the session has ended, in whatever way. */
  protected abstract leave(): void

  async run(implicitTls: boolean): Promise<void> {
    try {
      if (implicitTls) await this.handshake()
      await this.delay()
      if (await this.obey(this.firstAnswer((fault) => fault.atGreeting?.(this)))) {
        await this.greet()
        while (await this.serveOne());
      }
    } catch (error) {
      if (!(error instanceof ConnectionOver)) throw error
    } finally {
      this.wire.close()
      this.leave()
    }
  }

  has(capability: string): boolean {
    return !this.server.quirks.without.includes(capability)
  }

  async send(text: Buffer | string): Promise<void> {
    const { faults } = this.server
    const cutting = faults.find((fault) => fault.cut)
    this.wire.pacing = { cut: cutting?.cut, pauseMs: cutting?.pauseMs ?? 0 }
    await this.wire.write(text)
  }

  async sendLine(line: string): Promise<void> {
    await this.send(`${line}\r\n`)
  }

  protected async handshake(): Promise<void> {
    await this.obey(this.firstAnswer((fault) => fault.atTls?.(this)))
    await this.wire.startTls(this.server.secureContext())
  }

  /** Upgrades the connection for STARTTLS and STLS, after sending the server's consent. */
  protected async upgrade(consent: string): Promise<void> {
    const injected = this.server.faults.map((fault) => fault.injectAfterStartTls ?? '').join('')
    await this.send(`${consent}\r\n${injected}`)
    await this.handshake()
  }

  private async delay(): Promise<void> {
    const longest = Math.max(0, ...this.server.faults.map((fault) => fault.delayMs ?? 0))
    if (longest > 0) await sleep(longest)
  }

  private firstAnswer(ask: (fault: Fault) => Action | undefined): Action {
    for (const fault of this.server.faults) {
      const action = ask(fault)
      if (action !== undefined && action !== 'continue') return action
    }
    return 'continue'
  }

  /** Executes a fault's action. @returns `true` to continue normally */
  private async obey(action: Action, tag = ''): Promise<boolean> {
    if (action === 'continue') return true
    if (typeof action === 'string') return await this.end(action)
    const reply = Buffer.isBuffer(action.reply)
      ? action.reply
      : `${action.reply.replaceAll('{tag}', tag)}${action.reply.endsWith('\n') ? '' : '\r\n'}`
    await this.send(reply)
    return false
  }

  async end(ending: Ending): Promise<never> {
    if (ending === 'hang') return await this.wire.hang()
    if (ending === 'reset') {
      // A reset discards data that the peer has not read yet. The fault must apply only after those bytes.
      await sleep(resetGraceMs)
      this.wire.reset()
    } else this.wire.close()
    throw new ConnectionOver(`ended by a fault: ${ending}`)
  }

  /** Runs `answer` between the faults before and after it. @returns `false` to end the session */
  protected async between(command: Command, answer: () => Promise<boolean>): Promise<boolean> {
    const { id: session, protocol, secure } = this
    this.server.transcript.push({ session, protocol, secure, name: command.name, args: command.args })
    await this.delay()
    let before: Action = 'continue'
    for (const fault of this.server.faults) {
      before = (await fault.onCommand?.(this, command)) ?? 'continue'
      if (before !== 'continue') break
    }
    if (!(await this.obey(before, command.tag))) {
      const said = typeof before === 'object' ? before.reply.toString('latin1') : ''
      return !said.startsWith('* BYE')
    }
    const goOn = await answer()
    await this.obey(
      this.firstAnswer((fault) => fault.afterCommand?.(this, command)),
      command.tag,
    )
    return goOn
  }

  lieAbout(message: StoredMessage, command: Command): MessageLie {
    const lies = this.server.faults.map((fault) => fault.onMessage?.(this, message, command) ?? {})
    return Object.assign({}, ...lies)
  }

  /** Checks name and password, or those from SASL PLAIN: `authzid NUL authcid NUL password` (RFC 4616). */
  protected checkPassword(name: string, password: string): MailUser | undefined {
    const user = this.server.users.get(name)
    return user && user.password === password ? user : undefined
  }

  takes(mechanism: TokenMechanism): boolean {
    return this.server.quirks.tokenMechanisms.includes(mechanism)
  }

  /** Reads a line of a token exchange, which is not a command. It is recorded in the transcript as `SASL`. */
  async askForToken(prompt: string): Promise<string> {
    const args = await this.askForLine(prompt)
    this.server.transcript.push({ session: this.id, protocol: this.protocol, secure: this.secure, name: 'SASL', args })
    return args
  }

  /** @returns the user whose mailbox the token opens, or a refusal after its challenge (RFC 7628 section 3.2.3) */
  async redeem(mechanism: TokenMechanism, response: string): Promise<MailUser | TokenRefusal> {
    const login = parseTokenLogin(mechanism, response)
    if (!login) return await this.challenge({ challenges: [{ status: 'invalid_request' }], text: 'malformed' })
    const { user: name, token } = login
    const asked = this.server.faults.map((fault) => fault.onToken?.(this, login)).find((answer) => answer !== undefined)
    const user = this.server.users.get(name)
    if (asked !== undefined && asked !== 'accept') return await this.challenge(asked)
    return user && (asked === 'accept' || user.tokens.has(token)) ? user : await this.challenge({})
  }

  private async challenge(refusal: TokenRefusal): Promise<TokenRefusal> {
    const challenges = challengesOf(refusal)
    const last = challenges.length - 1
    for (const [index, challenge] of challenges.entries()) {
      if (index === last && refusal.ending !== undefined) await this.sendLine(`+ ${challenge}`)
      else await this.askForToken(challenge)
    }
    if (refusal.ending !== undefined) await this.end(refusal.ending)
    return refusal
  }

  protected abstract verify(name: string, password: string): void

  /** draft-murchison-sasl-login: two prompts, each answered in base64. */
  async saslLogin(): Promise<void> {
    const answers: string[] = []
    for (const prompt of ['Username:', 'Password:']) {
      const line = await this.askForLine(Buffer.from(prompt).toString('base64'))
      answers.push(Buffer.from(line, 'base64').toString('utf8'))
    }
    const [name = '', password = ''] = answers
    this.verify(name, password)
  }

  protected checkPlain(response: string): MailUser | undefined {
    const [, name = '', password = ''] = Buffer.from(response, 'base64').toString('utf8').split('\0')
    return this.checkPassword(name, password)
  }
}
