import { ImapFlow } from 'imapflow'
import { accountTypeFacts } from '../../lib/mailbox/account-type.ts'
import { StepFailed } from '../report/step-error.ts'
import type { MailboxSettings } from './mailbox-settings.ts'

/** Milliseconds for the connection and the greeting, and for the silence of the server. */
const greetingTimeout = 15_000
const silenceTimeout = 60_000

/** A folder of the operator's mailbox, over a connection from this machine. Only this file imports the package. */
export class ImapFolder {
  readonly #settings: MailboxSettings
  /** The full path on the server, which may begin with the prefix of the user's namespace. */
  readonly path: string

  private constructor(settings: MailboxSettings, path: string) {
    this.#settings = settings
    this.path = path
  }

  /** Uses a folder that exists. */
  static existing(settings: MailboxSettings, path: string): ImapFolder {
    return new ImapFolder(settings, path)
  }

  /** @throws StepFailed if the server refuses the folder */
  static async create(settings: MailboxSettings, name: string): Promise<ImapFolder> {
    const { path } = await connected(settings, 'create the folder', (client) => client.mailboxCreate(name))
    return new ImapFolder(settings, path)
  }

  /** @returns the UID of the new message, if the server reports it (RFC 4315) */
  async append(mail: Buffer): Promise<number | undefined> {
    const appended = await connected(this.#settings, 'store the test mail', (client) =>
      // Flagged as read, so that no mail program shows a notification.
      client.append(this.path, mail, ['\\Seen']),
    )
    return appended === false ? undefined : appended.uid
  }

  async count(): Promise<number> {
    return await connected(this.#settings, 'count the messages', async (client) => {
      const status = await client.status(this.path, { messages: true })
      if (status === false || status.messages === undefined) throw new Error('The server has not counted the messages.')
      return status.messages
    })
  }

  /**
   * Removes one message and no other.
   * @throws StepFailed without UIDPLUS, because a plain EXPUNGE would also remove what other programs have flagged
   */
  async remove(uid: number): Promise<void> {
    await connected(this.#settings, 'remove the test mail', async (client) => {
      if (!client.capabilities.has('UIDPLUS'))
        throw new StepFailed(
          'mail-kept',
          'The server cannot remove a single message.',
          'Delete the mail with a mail program.',
        )
      const lock = await client.getMailboxLock(this.path)
      try {
        await client.messageDelete(String(uid), { uid: true })
      } finally {
        lock.release()
      }
    })
  }

  /** Removes the folder with everything in it. */
  async drop(): Promise<void> {
    await connected(this.#settings, 'delete the folder', async (client) => {
      const folders = await client.list()
      if (folders.some(({ path }) => path === this.path)) await client.mailboxDelete(this.path)
    })
  }
}

const connected = async <T>(
  settings: MailboxSettings,
  intent: string,
  use: (client: ImapFlow) => Promise<T>,
): Promise<T> => {
  const { type, host, port, username, password, customCa } = settings
  const { security } = accountTypeFacts[type]
  const client = new ImapFlow({
    host,
    port,
    secure: security === 'implicit-tls',
    // Never undefined: otherwise, imapflow would continue unencrypted if the server does not offer STARTTLS.
    doSTARTTLS: security === 'starttls',
    ...(customCa !== undefined && { tls: { ca: customCa } }),
    auth: { user: username, pass: password },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: greetingTimeout,
    greetingTimeout,
    socketTimeout: silenceTimeout,
  })
  // A connection that ends early also rejects the call below. Without a listener, its error would end the process.
  client.on('error', () => client.close())
  let loggedIn = false
  try {
    await client.connect()
    loggedIn = true
    const result = await use(client)
    await client.logout()
    return result
  } catch (error) {
    throw error instanceof StepFailed ? error : failureOf(error, { intent, settings, loggedIn })
  } finally {
    client.close()
  }
}

/** The server was asked to change something, and the outcome is not certain. All other failures come before that. */
export const uncertain = 'mail-server-refused'

interface Attempt {
  readonly intent: string
  readonly settings: MailboxSettings
  readonly loggedIn: boolean
}

/** Never contains the error's own text, because servers repeat credentials. */
const failureOf = (error: unknown, { intent, settings: { host, port }, loggedIn }: Attempt): StepFailed => {
  const { authenticationFailed, code, serverResponseCode } = Object(error) as Readonly<Record<string, unknown>>
  if (authenticationFailed === true)
    return new StepFailed(
      'credentials-rejected',
      'The mail server rejected the user name or password from this machine.',
      'Check the user name and password. Many providers require an app password.',
    )
  const known = [code, serverResponseCode].filter((value) => typeof value === 'string').join(', ')
  const why = known === '' ? '' : ` (${known})`
  if (!loggedIn)
    return new StepFailed(
      'mail-server-unreachable',
      `This machine cannot open a session at ${host}:${port}${why}.`,
      'Check that this machine reaches the mail server, and that --type, --port and --ca-file are correct.',
    )
  return new StepFailed(
    uncertain,
    `The mail server at ${host}:${port} did not ${intent}${why}.`,
    'If the server does not allow new folders, create one with a mail program and pass --folder.',
  )
}
