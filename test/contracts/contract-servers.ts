import { type AccountType, accountTypes } from '../../lib/mailbox/account-type.ts'
import type { MailboxSettings } from '../../lib/mailbox/mailbox.ts'
import { startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { asSentByPop3 } from '../mail-server/pop3/dot-stuffing.ts'
import { startMailServer } from '../mail-server/server.ts'
import type { ContractServer } from './mailbox-contract.ts'

/** Enough accounts for one run of the contract. Accounts cannot be added while a server runs. */
const users = Array.from({ length: 100 }, (_, index) => ({ name: `user${index}`, password: `se cret"\\${index}` }))

const takeUsers = () => {
  const left = [...users]
  return () => {
    const user = left.shift()
    if (user === undefined) throw new Error('the contract needs more accounts')
    return user
  }
}

const settingsOf =
  (server: { port(type: AccountType): number; readonly caPem: string }, user: (typeof users)[number]) =>
  (type: AccountType): MailboxSettings => ({
    type,
    host: 'localhost',
    port: server.port(type),
    folder: 'INBOX',
    credential: { method: 'password', username: user.name, password: user.password },
    customCa: server.caPem,
  })

/** The in-repository server, which sends exactly the bytes that it was given. */
export const startInRepositoryServer = async (): Promise<ContractServer> => {
  const server = await startMailServer({ users })
  const take = takeUsers()
  return {
    ports: accountTypes.map((type) => server.port(type)),
    hierarchySeparator: '/',
    served: (bytes, protocol) => (protocol === 'imap' ? bytes : asSentByPop3(bytes)),
    async newMailbox() {
      const user = take()
      const stored = server.user(user.name)
      return {
        settings: settingsOf(server, user),
        deliver: async (messages, folder = 'INBOX') => void stored.folder(folder).appendAll(messages),
        createFolder: async (folder) => void stored.createFolder(folder),
        count: async (folder = 'INBOX') => stored.folder(folder).messages.length,
      }
    },
    close: () => server.stop(),
  }
}

/**
 * Dovecot sends a bare LF as CRLF. In IMAP, it sends a NUL, which no literal may contain (RFC 9051 section 4.3), as
 * 0x80.
 */
const asSentByDovecot = (bytes: Buffer, protocol: 'imap' | 'pop3'): Buffer => {
  const text = bytes.toString('latin1').replace(/(?<!\r)\n/g, '\r\n')
  if (protocol === 'imap') return Buffer.from(text.replaceAll('\0', '\x80'), 'latin1')
  return asSentByPop3(Buffer.from(text, 'latin1'))
}

/** A private Dovecot. Use it only if Dovecot is installed. */
export const startDovecotServer = async (): Promise<ContractServer> => {
  const server = await startDovecot({ users })
  const take = takeUsers()
  return {
    ports: accountTypes.map((type) => server.port(type)),
    hierarchySeparator: '/',
    served: asSentByDovecot,
    async newMailbox() {
      const user = take()
      return {
        settings: settingsOf(server, user),
        deliver: (messages, folder = 'INBOX') => server.deliver(user.name, messages, { folder }),
        createFolder: (folder) => server.makeFolder(user.name, folder),
        count: (folder) => server.count(user.name, folder),
      }
    },
    close: () => server.stop(),
  }
}
