import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountType, accountTypeFacts } from '../../lib/mailbox/account-type.ts'
import type { Mailbox, MailboxSettings, MailPolicy, OpenMailbox } from '../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../lib/mailbox/mailbox-error.ts'
import { awkwardMessages } from '../mail-server/awkward-messages.ts'
import { letter } from './letter.ts'
import { bytesOf, everyUid, listAll, retrieveAll } from './mailbox-steps.ts'

/** One fresh, empty account on the server under test. */
export interface ContractMailbox {
  /** Settings that trust the server's authority and use the host name of its certificate, for the folder INBOX. */
  settings(type: AccountType): MailboxSettings
  /** Puts messages into an existing folder (INBOX by default), in this order. */
  deliver(messages: readonly Buffer[], folder?: string): Promise<void>
  /** Creates a folder by its readable name (not in modified UTF-7). */
  createFolder(folder: string): Promise<void>
  /** The current number of messages in the folder, counted without the code under test. */
  count(folder?: string): Promise<number>
}

/** A real or in-repository mail server. */
export interface ContractServer {
  newMailbox(): Promise<ContractMailbox>
  /**
   * @returns the bytes that the server sends for a message delivered with `bytes`; some servers normalise line ends or
   * NULs when they store a message
   */
  served(bytes: Buffer, protocol: 'imap' | 'pop3'): Buffer
  /** The server's ports of all types, for the policy. */
  readonly ports: readonly number[]
  /** The separator between the levels of folder names. */
  readonly hierarchySeparator: '/' | '.'
  close(): Promise<void>
}

export interface MailboxContract {
  /** For the title: the implementation of the port and the server. */
  readonly name: string
  readonly open: OpenMailbox
  readonly types: readonly AccountType[]
  start(): Promise<ContractServer>
}

const tooBigToHold = 9 * 1024 * 1024

/** Describes the requirements for every implementation of the `Mailbox` port, with every server. */
export const describeMailboxContract = ({ name, open, types, start }: MailboxContract): void => {
  // One server for all types: each test has its own account on it.
  let server: ContractServer
  let policy: MailPolicy

  beforeAll(async () => {
    server = await start()
    policy = {
      allowPrivateAddresses: true,
      allowClearTextOnLoopback: false,
      extraPorts: server.ports,
      connectTimeout: 10_000,
      silenceTimeout: 15_000,
    }
  })
  afterAll(async () => await server.close())

  describe.each(types)(`${name}, %s`, (type) => {
    const { protocol, security } = accountTypeFacts[type]

    const opened = async (settings: MailboxSettings, signal = new AbortController().signal): Promise<Mailbox> =>
      await open(settings, policy, signal)

    const codeOf = async (settings: MailboxSettings): Promise<string> => {
      try {
        const mailbox = await opened(settings)
        await mailbox.close()
        return 'opened'
      } catch (error) {
        if (error instanceof MailboxError) return error.code
        throw error
      }
    }

    it('an empty mailbox can be opened, listed and closed', async () => {
      const account = await server.newMailbox()
      const mailbox = await opened(account.settings(type))
      expect(mailbox.protocol).toBe(protocol)
      expect(mailbox.messageCount).toBe(0)
      expect(await listAll(mailbox)).toEqual([])
      expect(await retrieveAll(mailbox, [])).toEqual([])
      expect(await mailbox.remove([])).toEqual({ confirmed: [], pending: [], left: [] })
      expect(await mailbox.close()).toEqual({ confirmed: [], pending: [], left: [] })
    })

    it('a mailbox lists every message once, oldest first, with its size', async () => {
      const account = await server.newMailbox()
      const letters = Array.from({ length: 30 }, (_, index) => letter(`number ${index}`))
      await account.deliver(letters)
      const mailbox = await opened(account.settings(type))
      const listed = await listAll(mailbox)
      expect(mailbox.messageCount).toBe(30)
      expect(new Set(listed.map(({ uid }) => uid)).size).toBe(30)
      expect(listed.map(({ size }) => size)).toEqual(letters.map((bytes) => server.served(bytes, protocol).length))
      expect(listed.every(({ flaggedDeleted, uidIsStable }) => !flaggedDeleted && uidIsStable)).toBe(true)
      if (protocol === 'imap') {
        expect(listed.map(({ uid }) => Number(uid))).toEqual(listed.map(({ uid }) => Number(uid)).sort((a, b) => a - b))
        expect(listed.every(({ internalDate }) => !Number.isNaN(Date.parse(internalDate ?? '')))).toBe(true)
        expect(mailbox.uidValidity).toMatch(/^[1-9]\d*$/)
      } else {
        expect(mailbox.uidValidity).toBeUndefined()
      }
      await mailbox.close()
    })

    it('a mailbox keeps its UIDs from one session to the next', async () => {
      const account = await server.newMailbox()
      await account.deliver([letter('one'), letter('two')])
      const first = await opened(account.settings(type))
      const before = everyUid(await listAll(first))
      const validity = first.uidValidity
      await first.close()
      await account.deliver([letter('three')])
      const second = await opened(account.settings(type))
      expect(everyUid(await listAll(second)).slice(0, 2)).toEqual(before)
      expect(second.uidValidity).toBe(validity)
      await second.close()
    })

    // UIDLs have no order, so this applies only to IMAP.
    if (protocol === 'imap')
      it('a mailbox lists only messages above a given UID', async () => {
        const account = await server.newMailbox()
        await account.deliver(['a', 'b', 'c', 'd'].map((subject) => letter(subject)))
        const mailbox = await opened(account.settings(type))
        const uids = everyUid(await listAll(mailbox))
        expect(everyUid(await listAll(mailbox, uids[1]))).toEqual(uids.slice(2))
        expect(everyUid(await listAll(mailbox, uids[3]))).toEqual([])
        await mailbox.close()
      })

    it('a mailbox retrieves every awkward message byte for byte', async () => {
      const account = await server.newMailbox()
      const messages = awkwardMessages()
      await account.deliver(messages.map(({ bytes }) => bytes))
      const mailbox = await opened(account.settings(type))
      const listed = await listAll(mailbox)
      const retrieved = await retrieveAll(mailbox, listed)
      await mailbox.close()
      expect(retrieved).toHaveLength(messages.length)
      for (const [index, { name: title, bytes }] of messages.entries()) {
        const found = retrieved.find(({ uid }) => uid === listed[index]?.uid)
        expect(found?.kind, title).toBe('whole')
        expect(found && bytesOf(found).equals(server.served(bytes, protocol)), title).toBe(true)
      }
    })

    it('a mailbox retrieves each selected message once and identifies it', async () => {
      const account = await server.newMailbox()
      const letters = Array.from({ length: 25 }, (_, index) => letter(`number ${index}`))
      await account.deliver(letters)
      const mailbox = await opened(account.settings(type))
      const listed = await listAll(mailbox)
      const wanted = listed.filter((_, index) => index % 3 === 0)
      const retrieved = await retrieveAll(mailbox, wanted)
      expect(retrieved.map(({ uid }) => uid).sort()).toEqual(everyUid(wanted).sort())
      for (const found of retrieved) {
        const index = listed.findIndex(({ uid }) => uid === found.uid)
        expect(bytesOf(found).includes(`Subject: number ${index}\r\n`)).toBe(true)
      }
      await mailbox.close()
    })

    it('a mailbox streams a message that is too large to hold in memory', async () => {
      const account = await server.newMailbox()
      const big = letter('big', Buffer.alloc(tooBigToHold, 'All work and no play makes Jack a dull boy.\r\n'))
      await account.deliver([letter('before'), big, letter('after')])
      const mailbox = await opened(account.settings(type))
      const listed = await listAll(mailbox)
      const retrieved = await retrieveAll(mailbox, listed)
      const found = retrieved.find(({ uid }) => uid === listed[1]?.uid)
      expect(found?.kind).toBe('stream')
      expect(found && bytesOf(found).equals(server.served(big, protocol))).toBe(true)
      expect(retrieved.filter(({ kind }) => kind === 'whole')).toHaveLength(2)
      await mailbox.close()
    })

    it('a mailbox removes only the given messages', async () => {
      const account = await server.newMailbox()
      await account.deliver(['a', 'b', 'c', 'd', 'e'].map((subject) => letter(subject)))
      const mailbox = await opened(account.settings(type))
      const listed = await listAll(mailbox)
      const doomed = listed.filter((_, index) => index === 1 || index === 3)
      const reports = [await mailbox.remove(doomed), await mailbox.commit(), await mailbox.close()]
      expect(reports.flatMap(({ confirmed }) => confirmed).sort()).toEqual(everyUid(doomed).sort())
      expect(reports.flatMap(({ left }) => left)).toEqual([])
      expect(await account.count()).toBe(3)
      const again = await opened(account.settings(type))
      const survivors = listed.filter((message) => !doomed.includes(message))
      expect(everyUid(await listAll(again))).toEqual(everyUid(survivors))
      await again.close()
    })

    it('a mailbox alternates between retrieving and removing', async () => {
      const account = await server.newMailbox()
      await account.deliver(Array.from({ length: 12 }, (_, index) => letter(`number ${index}`)))
      const mailbox = await opened(account.settings(type))
      const listed = await listAll(mailbox)
      const confirmed: string[] = []
      for (let from = 0; from < listed.length; from += 4) {
        const chunk = listed.slice(from, from + 4)
        expect(await retrieveAll(mailbox, chunk)).toHaveLength(chunk.length)
        confirmed.push(...(await mailbox.remove(chunk)).confirmed, ...(await mailbox.commit()).confirmed)
      }
      confirmed.push(...(await mailbox.close()).confirmed)
      expect(confirmed.sort()).toEqual(everyUid(listed).sort())
      expect(await account.count()).toBe(0)
    })

    it('a mailbox counts round trips and bytes', async () => {
      const account = await server.newMailbox()
      await account.deliver([letter('counted', Buffer.alloc(100_000, 'x'))])
      const mailbox = await opened(account.settings(type))
      const afterOpen = { trips: mailbox.roundTrips, bytes: mailbox.bytesReceived }
      expect(afterOpen.trips).toBeGreaterThan(2)
      await retrieveAll(mailbox, await listAll(mailbox))
      expect(mailbox.roundTrips).toBeGreaterThan(afterOpen.trips)
      expect(mailbox.bytesReceived - afterOpen.bytes).toBeGreaterThan(100_000)
      await mailbox.close()
    })

    it('a mailbox reports a wrong password as credentials-rejected', async () => {
      const account = await server.newMailbox()
      const settings = account.settings(type)
      const credential = { ...settings.credential, password: 'not the password' }
      expect(await codeOf({ ...settings, credential })).toBe('credentials-rejected')
    })

    // Unencrypted types use no certificate.
    if (security !== 'clear')
      it('a mailbox does not trust a certificate from an unknown authority', async () => {
        const { customCa: _, ...settings } = (await server.newMailbox()).settings(type)
        expect(await codeOf(settings)).toBe('certificate-not-trusted')
      })

    // POP3 has no folders.
    if (protocol === 'imap')
      it('a mailbox finds folders with awkward names', async () => {
        const account = await server.newMailbox()
        const separator = server.hierarchySeparator
        const folders = [
          'Größe & Maß',
          'say "hello"',
          'back\\slash',
          'a b  c',
          '📬 Eingang',
          `Kunden${separator}Müller`,
        ]
        for (const folder of folders) {
          await account.createFolder(folder)
          await account.deliver([letter(`in ${folder.length}`)], folder)
          const mailbox = await opened({ ...account.settings(type), folder })
          expect(mailbox.messageCount, folder).toBe(1)
          const listed = await listAll(mailbox)
          const [found] = await retrieveAll(mailbox, listed)
          expect(found && bytesOf(found).includes(`Subject: in ${folder.length}\r\n`), folder).toBe(true)
          expect((await mailbox.remove(listed)).confirmed, folder).toHaveLength(1)
          await mailbox.close()
        }
      })

    // POP3 has no folders.
    if (protocol === 'imap')
      it('a mailbox reports a missing folder', async () => {
        const account = await server.newMailbox()
        expect(await codeOf({ ...account.settings(type), folder: 'Nirgendwo & nie' })).toBe('folder-missing')
      })

    // POP3 has no folders.
    if (protocol === 'imap')
      it('a mailbox moves messages into a folder that it creates', async () => {
        const account = await server.newMailbox()
        await account.deliver(['a', 'b', 'c'].map((subject) => letter(subject)))
        const mailbox = await opened(account.settings(type))
        const listed = await listAll(mailbox)
        const moved = await mailbox.move(listed.slice(0, 2), 'Erledigt & abgelegt')
        expect(moved).toEqual({ confirmed: everyUid(listed.slice(0, 2)), pending: [], left: [] })
        expect((await mailbox.move(listed.slice(2), 'Erledigt & abgelegt')).confirmed).toHaveLength(1)
        await mailbox.close()
        expect(await account.count()).toBe(0)
        expect(await account.count('Erledigt & abgelegt')).toBe(3)
      })

    // A POP3 session locks the mailbox.
    if (protocol === 'imap')
      it('a mailbox reports a message as vanished after another session removes it', async () => {
        const account = await server.newMailbox()
        await account.deliver(['a', 'b', 'c'].map((subject) => letter(subject)))
        const mailbox = await opened(account.settings(type))
        const listed = await listAll(mailbox)
        const other = await opened(account.settings(type))
        await other.remove(listed.slice(1, 2))
        await other.close()
        const retrieved = await retrieveAll(mailbox, listed)
        expect(retrieved.find(({ uid }) => uid === listed[1]?.uid)).toMatchObject({
          kind: 'absent',
          reason: 'vanished',
        })
        expect(retrieved.filter(({ kind }) => kind === 'whole')).toHaveLength(2)
        await mailbox.close()
      })

    it('an aborted mailbox ends immediately, and closing it does not throw', async () => {
      const account = await server.newMailbox()
      await account.deliver([letter('a')])
      const aborter = new AbortController()
      const mailbox = await opened(account.settings(type), aborter.signal)
      aborter.abort()
      await expect(listAll(mailbox).then((listed) => retrieveAll(mailbox, listed))).rejects.toBeInstanceOf(MailboxError)
      const started = performance.now()
      expect((await mailbox.close()).confirmed).toEqual([])
      // Waiting for the server's response would take ten seconds.
      expect(performance.now() - started).toBeLessThan(8_000)
      await expect(opened(account.settings(type), AbortSignal.abort())).rejects.toBeInstanceOf(MailboxError)
    })

    it('a mailbox can be closed twice', async () => {
      const account = await server.newMailbox()
      const mailbox = await opened(account.settings(type))
      await mailbox.close()
      expect(await mailbox.close()).toEqual({ confirmed: [], pending: [], left: [] })
    })
  })
}
