import type { Command } from '../faults.ts'
import type { MailUser, StoredMessage } from '../mailboxes.ts'
import { type ServerState, Session } from '../session.ts'
import type { Wire } from '../wire.ts'

/** A command that is answered with `-ERR`. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused'
}

/** Sends the response itself. @returns `false` to end the session */
export type Handler = (session: Pop3Session, args: string, command: Command) => Promise<boolean>
export type Commands = Readonly<Record<string, Handler>>

/** A message as listed by this session (RFC 1939 section 5: numbers stay valid for the session). */
export interface ListedMessage {
  readonly message: StoredMessage
  readonly uidl: string
  deleted: boolean
}

export class Pop3Session extends Session {
  readonly protocol = 'pop3'
  private readonly commands: Commands
  /** Set by USER, used by PASS. */
  pendingUser: string | undefined
  mailUser: MailUser | undefined
  listed: ListedMessage[] = []

  constructor(id: number, wire: Wire, server: ServerState, commands: Commands) {
    super(id, wire, server)
    this.commands = commands
  }

  get quirks() {
    return this.server.quirks
  }

  protected async greet(): Promise<void> {
    await this.sendLine('+OK ready')
  }

  /** RFC 2449 section 8: response codes are sent only if they are announced. */
  refusal(code: string, text: string): CommandRefused {
    const capability = code === 'AUTH' || code.startsWith('SYS/') ? 'AUTH-RESP-CODE' : 'RESP-CODES'
    return new CommandRefused(this.has(capability) ? `[${code}] ${text}` : text)
  }

  logIn(user: MailUser | undefined): void {
    if (!user) throw this.refusal('AUTH', 'wrong user name or password')
    const delay = (this.quirks.loginDelaySeconds ?? 0) * 1000
    if (performance.now() - user.lastPop3Login < delay) throw this.refusal('LOGIN-DELAY', 'too early')
    if (user.pop3Lock) throw this.refusal('IN-USE', 'another session is using the mailbox')
    user.pop3Lock = true
    user.lastPop3Login = performance.now()
    this.mailUser = user
    this.user = user.name
    this.listed = user.inbox.messages.map((message) => ({ message, uidl: this.uidlOf(message), deleted: false }))
  }

  verify(name: string, password: string): void {
    this.logIn(this.checkPassword(name, password))
  }

  verifyPlain(response: string): void {
    this.logIn(this.checkPlain(response))
  }

  private uidlOf(message: StoredMessage): string {
    if (this.quirks.uidls === 'duplicate') return 'the-same-for-all'
    return this.quirks.uidls === 'unstable' ? `session-${this.id}-${message.uid}` : message.uidl
  }

  /** @returns message `number`, or throws the refusal that RFC 1939 requires */
  find(number: string): ListedMessage {
    const entry = /^\d+$/.test(number) ? this.listed[Number(number) - 1] : undefined
    if (!entry || entry.deleted) throw new CommandRefused('no such message')
    return entry
  }

  /** Removes the marked messages. Only QUIT does this (RFC 1939 section 6). */
  commit(): void {
    for (const { message, deleted } of this.listed) if (deleted) this.mailUser?.inbox.remove(message.uid)
  }

  async startTls(): Promise<void> {
    await this.upgrade('+OK begin')
  }

  async askForLine(prompt = ''): Promise<string> {
    await this.sendLine(`+ ${prompt}`)
    return await this.wire.readLine()
  }

  protected leave(): void {
    if (this.mailUser) this.mailUser.pop3Lock = false
  }

  protected async serveOne(): Promise<boolean> {
    const [, name = '', args = ''] = /^(\S*) ?(.*)$/.exec(await this.wire.readLine()) ?? []
    if (!this.has('PIPELINING')) this.wire.discardInput()
    const command: Command = { tag: undefined, name: name.toUpperCase(), args }
    return await this.between(command, () => this.answer(command))
  }

  private async answer(command: Command): Promise<boolean> {
    const handler = this.commands[command.name]
    try {
      if (!handler) throw new CommandRefused('unknown command')
      return await handler(this, command.args, command)
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error
      await this.sendLine(`-ERR ${error.message}`)
      return true
    }
  }
}
