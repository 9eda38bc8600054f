import { createServer, type Server, type Socket } from 'node:net'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import type { Mailbox, MailboxSettings, MailPolicy } from '../../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { openPop3Mailbox, type Pop3Limits, pop3MailboxOpener } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { Pop3Session } from '../../../lib/mailbox/pop3/pop3-session.ts'
import { listAll } from '../../contracts/mailbox-steps.ts'
import { type CertificateAuthority, createCertificates } from '../../mail-server/certificates.ts'
import type { MailServerOptions } from '../../mail-server/options.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'

/** Must never appear in a server response, log or error. */
export const secret = 'pAss-w0rd-that-must-not-leak'
export const never = new AbortController().signal

/** Limits that are not reached even on a busy machine. */
export const policy: MailPolicy = {
  allowPrivateAddresses: true,
  allowClearTextOnLoopback: false,
  extraPorts: Array.from({ length: 65_536 }, (_, port) => port),
  connectTimeout: 15_000,
  silenceTimeout: 15_000,
}
/** For servers that fall silent: the test waits for this limit, which a busy machine must not reach earlier. */
export const impatient: MailPolicy = { ...policy, connectTimeout: 800, silenceTimeout: 800 }

let authority: Promise<CertificateAuthority> | undefined

/** A server with one user, `ada`. */
export const serverWith = async (options: Omit<MailServerOptions, 'users'> = {}): Promise<MailServer> => {
  authority ??= createCertificates()
  return await startMailServer({
    users: [{ name: 'ada', password: secret }],
    authority: await authority,
    ...options,
  })
}

export const settingsFor = (server: MailServer, type: AccountType = 'POP3'): MailboxSettings => ({
  type,
  host: 'localhost',
  port: server.port(type),
  folder: 'INBOX',
  credential: { method: 'password', username: 'ada', password: secret },
  customCa: server.caPem,
})

/** A separate session that is not connected yet. */
export const sessionWith = (settings: MailboxSettings): Pop3Session => {
  const addresses = [{ address: '127.0.0.1', family: 4 as const, port: settings.port }]
  return new Pop3Session({ settings, addresses, policy, signal: never })
}

export const open = (
  server: MailServer,
  type: AccountType = 'POP3',
  limits: Partial<Pop3Limits> = {},
  network = policy,
): Promise<Mailbox> => pop3MailboxOpener(limits)(settingsFor(server, type), network, never)

/** @returns the `MailboxError` that ends `work`; anything else fails the test, including a leaked password */
export const errorOf = async (work: Promise<unknown>): Promise<MailboxError> => {
  const caught = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(caught instanceof MailboxError)) throw new Error(`not a MailboxError: ${String(caught)}`)
  const everything = `${caught.stack} ${caught.serverWords} ${String(caught.cause)} ${JSON.stringify(caught)}`
  if (everything.includes(secret)) throw new Error('the error contains the password')
  return caught
}

/** Opens the mailbox, lists and retrieves all messages, and closes it. */
export const fetchAll = async (server: MailServer, type: AccountType = 'POP3', network = policy): Promise<Buffer[]> => {
  const mailbox = await open(server, type, {}, network)
  try {
    const bytes: Buffer[] = []
    for await (const found of mailbox.retrieve(await listAll(mailbox))) {
      if (found.kind === 'whole') bytes.push(found.bytes)
    }
    return bytes
  } finally {
    await mailbox.close()
  }
}

/** A server scripted line by line by the test, for behaviour that no general server should have. */
export interface ScriptedServer extends AsyncDisposable {
  readonly received: string[]
  readonly settings: MailboxSettings
}

export const scripted = async (
  answer: (line: string, socket: Socket) => void,
  greeting = '+OK\r\n',
): Promise<ScriptedServer> => {
  const received: string[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.write(greeting)
    let partial = ''
    socket.on('data', (chunk) => {
      const lines = `${partial}${chunk}`.split('\r\n')
      partial = lines.pop() ?? ''
      for (const line of lines) {
        received.push(line)
        answer(line, socket)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const settings: MailboxSettings = {
    type: 'POP3',
    host: '127.0.0.1',
    port: address.port,
    folder: 'INBOX',
    credential: { method: 'password', username: 'ada', password: secret },
  }
  return {
    received,
    settings,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const openScripted = (server: ScriptedServer, network = policy): Promise<Mailbox> =>
  openPop3Mailbox(server.settings, network, never)
