import type { UserSeed } from './options.ts'

/**
 * The server's content. Tests read and change it at any time. Open sessions see a test's change as another client's.
 */

export interface StoredMessage {
  readonly uid: number
  /** POP3's unique id: any printable text, including intentional duplicates. */
  uidl: string
  readonly internalDate: Date
  readonly flags: Set<string>
  readonly body: Buffer
}

export interface AppendOptions {
  readonly flags?: readonly string[]
  readonly internalDate?: Date
  readonly uid?: number
  readonly uidl?: string
}

/** Is notified of changes, so that a session can announce them when IMAP allows it (RFC 3501 section 7). */
export interface FolderObserver {
  flagsChanged(uid: number): void
}

const firstUidValidity = 1_700_000_000

export class MailFolder {
  readonly name: string
  uidValidity = firstUidValidity
  uidNext = 1
  subscribed = true
  /** Whichever way the folder is opened, the server answers [READ-ONLY] and refuses changes. */
  readOnly = false
  permanentFlags: readonly string[] = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft', '\\*']
  readonly observers = new Set<FolderObserver>()
  /** All removed UIDs, in order, for tests that check that no other message was deleted. */
  readonly expunged: number[] = []
  private stored = new Map<number, StoredMessage>()

  constructor(name: string) {
    this.name = name
  }

  /** In UID order. */
  get messages(): StoredMessage[] {
    return [...this.stored.values()]
  }

  get uids(): number[] {
    return [...this.stored.keys()]
  }

  message(uid: number): StoredMessage | undefined {
    return this.stored.get(uid)
  }

  append(body: Buffer | string, options: AppendOptions = {}): StoredMessage {
    const uid = options.uid ?? this.uidNext
    if (uid < this.uidNext) throw new RangeError(`UID ${uid} is below UIDNEXT ${this.uidNext}`)
    this.uidNext = uid + 1
    const message: StoredMessage = {
      uid,
      uidl: options.uidl ?? `${this.uidValidity.toString(16)}.${uid.toString(16).padStart(8, '0')}`,
      internalDate: options.internalDate ?? new Date(),
      flags: new Set(options.flags ?? []),
      body: typeof body === 'string' ? Buffer.from(body, 'utf8') : body,
    }
    this.stored.set(uid, message)
    return message
  }

  appendAll(bodies: Iterable<Buffer>): StoredMessage[] {
    return Array.from(bodies, (body) => this.append(body))
  }

  remove(uid: number): boolean {
    const existed = this.stored.delete(uid)
    if (existed) this.expunged.push(uid)
    return existed
  }

  /** Changes flags as another client would: `add` and `remove` are lists of flags. */
  changeFlags(uid: number, add: readonly string[], remove: readonly string[] = [], by?: FolderObserver): void {
    const message = this.stored.get(uid)
    if (!message) return
    for (const flag of add) message.flags.add(flag)
    for (const flag of remove) message.flags.delete(flag)
    for (const observer of this.observers) if (observer !== by) observer.flagsChanged(uid)
  }

  /** Simulates a server after a restore: the same messages under a new UIDVALIDITY and new UIDs. */
  changeUidValidity(): void {
    this.uidValidity += 1
    this.uidNext = 1
    const bodies = this.messages
    this.stored = new Map()
    for (const { body, flags, internalDate } of bodies) this.append(body, { flags: [...flags], internalDate })
  }
}

export class MailUser {
  readonly name: string
  password: string
  /** Bearer tokens that open this mailbox. Tests remove and add tokens. */
  readonly tokens: Set<string>
  readonly folders = new Map<string, MailFolder>()
  /** RFC 1939 section 3: only one POP3 session uses the mailbox at a time. */
  pop3Lock = false
  lastPop3Login = Number.NEGATIVE_INFINITY

  constructor({ name, password, folders = [], tokens = [] }: UserSeed) {
    this.name = name
    this.password = password
    this.tokens = new Set(tokens)
    for (const folder of ['INBOX', ...folders]) this.createFolder(folder)
  }

  get inbox(): MailFolder {
    return this.folder('INBOX')
  }

  findFolder(name: string): MailFolder | undefined {
    return this.folders.get(canonicalFolderName(name))
  }

  /** @throws Error if the folder does not exist, so that tests notice it */
  folder(name: string): MailFolder {
    const folder = this.findFolder(name)
    if (!folder) throw new Error(`${this.name} has no folder ${name}`)
    return folder
  }

  createFolder(name: string): MailFolder {
    const canonical = canonicalFolderName(name)
    const existing = this.folders.get(canonical)
    if (existing) return existing
    const folder = new MailFolder(canonical)
    this.folders.set(canonical, folder)
    return folder
  }
}

// RFC 3501 section 5.1: INBOX alone is case-insensitive.
const canonicalFolderName = (name: string): string => (/^inbox$/i.test(name) ? 'INBOX' : name)
