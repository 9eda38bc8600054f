import type { Command } from '../faults.ts'
import type { FolderObserver, MailFolder, MailUser } from '../mailboxes.ts'
import { type ServerState, Session } from '../session.ts'
import type { Wire } from '../wire.ts'
import { CommandParser, SyntaxRefused } from './command-parser.ts'

/** A command that is answered with NO. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused'
}

/** @returns a command's tagged response without the tag, e.g. `OK done` */
export type Handler = (session: ImapSession, args: CommandParser, command: Command) => Promise<string>

/** The selected folder as announced by this session. Sequence numbers are positions in `uids`. */
export interface SelectedFolder extends FolderObserver {
  readonly folder: MailFolder
  readonly readOnly: boolean
  uids: number[]
  readonly changed: Set<number>
}

// RFC 3501 section 7.4.1: no EXPUNGE may be sent while sequence numbers are in use.
const withoutExpunges = new Set(['FETCH', 'STORE', 'SEARCH'])

export type Commands = Readonly<Record<string, Handler>>

export class ImapSession extends Session {
  readonly protocol = 'imap'
  private readonly commands: { readonly anyState: Commands; readonly loggedIn: Commands }
  mailUser: MailUser | undefined
  selected: SelectedFolder | undefined
  private loggedOut = false

  constructor(id: number, wire: Wire, server: ServerState, commands: ImapSession['commands']) {
    super(id, wire, server)
    this.commands = commands
  }

  get quirks() {
    return this.server.quirks
  }

  capabilities(): string[] {
    const { quirks } = this
    const startTls = !this.secure && this.has('STARTTLS') ? ['STARTTLS'] : []
    const tokens = quirks.announcesTokenMechanisms ? quirks.tokenMechanisms.map((name) => `AUTH=${name}`) : []
    const login =
      quirks.loginDisabled && !this.secure
        ? ['LOGINDISABLED']
        : ['AUTH=PLAIN', ...(quirks.saslLogin ? ['AUTH=LOGIN'] : []), ...tokens, 'SASL-IR']
    const always = ['ID', 'ENABLE', 'NAMESPACE', 'UNSELECT', 'UIDPLUS', 'MOVE', 'LITERAL+']
    const all = this.mailUser ? always : [...startTls, ...login, 'ID', 'LITERAL+', 'ENABLE']
    return ['IMAP4rev1', ...all.filter((name) => this.has(name)), ...quirks.extraCapabilities]
  }

  protected async greet(): Promise<void> {
    const user = this.quirks.preauthAs
    if (user !== undefined) this.logIn(this.server.users.get(user))
    const state = user === undefined ? 'OK' : 'PREAUTH'
    await this.sendLine(`* ${state} [CAPABILITY ${this.capabilities().join(' ')}] ready`)
  }

  logIn(user: MailUser | undefined): void {
    if (!user) throw new CommandRefused('[AUTHENTICATIONFAILED] wrong user name or password')
    this.mailUser = user
    this.user = user.name
  }

  verify(name: string, password: string): void {
    this.logIn(this.checkPassword(name, password))
  }

  verifyPlain(response: string): void {
    this.logIn(this.checkPlain(response))
  }

  logOut(): void {
    this.loggedOut = true
  }

  async startTls(command: Command): Promise<void> {
    await this.upgrade(`${command.tag} OK begin`)
  }

  /** RFC 3501 section 5.2.1: the line that a client sends after a `+`. */
  async askForLine(prompt: string): Promise<string> {
    await this.sendLine(`+ ${prompt}`)
    return await this.wire.readLine()
  }

  select(folder: MailFolder, readOnly: boolean): SelectedFolder {
    this.unselect()
    const changed = new Set<number>()
    const flagsChanged = (uid: number) => changed.add(uid)
    this.selected = { folder, readOnly: readOnly || folder.readOnly, uids: folder.uids, changed, flagsChanged }
    folder.observers.add(this.selected)
    return this.selected
  }

  unselect(): void {
    if (this.selected) this.selected.folder.observers.delete(this.selected)
    this.selected = undefined
  }

  protected leave(): void {
    this.unselect()
  }

  /** @returns the command with its literals in place */
  private async readCommand(): Promise<string> {
    let text = await this.wire.readLine()
    for (;;) {
      const literal = /\{(\d+)([+-]?)\}$/.exec(text)
      if (!literal) return text
      if (literal[2] === '') await this.sendLine('+ go ahead')
      const bytes = await this.wire.readBytes(Number(literal[1]))
      text += `\r\n${bytes.toString('latin1')}${await this.wire.readLine()}`
    }
  }

  protected async serveOne(): Promise<boolean> {
    const [, tag = '', name = '', args = ''] = /^(\S*) *(UID +[a-z]+|\S*) ?(.*)$/is.exec(await this.readCommand()) ?? []
    const command: Command = { tag, name: name.toUpperCase().replace(/ +/, ' '), args }
    return await this.between(command, async () => {
      const answer = await this.answer(command)
      if (answer !== undefined) await this.sendLine(`${tag} ${answer}`)
      return !this.loggedOut
    })
  }

  private async answer(command: Command): Promise<string | undefined> {
    const { anyState, loggedIn } = this.commands
    const handler = anyState[command.name] ?? loggedIn[command.name]
    if (!handler) return `BAD unknown command ${command.name}`
    if (!this.mailUser && handler !== anyState[command.name]) return 'BAD log in first'
    try {
      const answer = await handler(this, new CommandParser(command.args), command)
      if (!withoutExpunges.has(command.name)) await this.announceChanges()
      return answer === '' ? undefined : answer
    } catch (error) {
      if (error instanceof SyntaxRefused) return `BAD ${error.message}`
      if (error instanceof CommandRefused) return `NO ${error.message}`
      throw error
    }
  }

  /** Announces changes that others made to the selected folder. */
  async announceChanges(): Promise<void> {
    const { selected } = this
    if (!selected) return
    const { folder } = selected
    let lines = ''
    for (let index = selected.uids.length - 1; index >= 0; index -= 1) {
      const uid = selected.uids[index] ?? 0
      if (folder.message(uid)) continue
      selected.uids.splice(index, 1)
      lines += `* ${index + 1} EXPUNGE\r\n`
    }
    const known = selected.uids.at(-1) ?? 0
    const added = folder.uids.filter((uid) => uid > known)
    if (added.length > 0) {
      selected.uids.push(...added)
      lines += `* ${selected.uids.length} EXISTS\r\n`
    }
    for (const uid of selected.changed) {
      const message = folder.message(uid)
      if (message)
        lines += `* ${selected.uids.indexOf(uid) + 1} FETCH (UID ${uid} FLAGS (${[...message.flags].join(' ')}))\r\n`
    }
    selected.changed.clear()
    if (lines) await this.send(lines)
  }
}
