import { countedMessages } from '../../text/counts.ts'
import type { SessionOptions } from '../connect-session.ts'
import { Refused } from '../imap/imap-error.ts'
import { ImapSession } from '../imap/imap-session.ts'
import { listFolder } from '../imap/listing.ts'
import type { ListedFolder } from '../imap/server-answers.ts'
import { MailboxError } from '../mailbox-error.ts'
import type { FoundFolder } from './connection-test.ts'
import { type ProbeProgress, WaitingMailCount } from './probe-progress.ts'

/**
 * Logs in, lists the folders and reads the account's own folder with EXAMINE, so that nothing on the server changes.
 */
export const probeImap = async (options: SessionOptions, progress: ProbeProgress): Promise<void> => {
  const session = new ImapSession(options)
  try {
    await session.logIn()
    // Before the folder is opened: if it is missing, the other folders help to find the right one.
    const listed = await listFolders(session, progress)
    await session.select({ readOnly: true }).catch(async (error: unknown) => {
      if (listed && error instanceof MailboxError && error.code === 'folder-missing')
        await countAfresh(options, listed, progress)
      throw error
    })
    progress.steps.passed('folder', `Opened the folder “${options.settings.folder}” read-only.`)
    await examine(session, progress)
    if (listed) await count(session, listed, progress)
  } finally {
    await session.close(true)
  }
}

const listFolders = async (session: ImapSession, progress: ProbeProgress): Promise<ListedFolder[] | undefined> => {
  try {
    const all = (await session.listFolders()).filter(hasUsableName)
    const listed = all.filter(isSelectable).slice(0, progress.limits.folders)
    progress.folders = listed.map((folder) => found(folder))
    const others = all.filter((folder) => !isSelectable(folder)).slice(0, progress.limits.folders)
    if (others.length > 0) progress.unselectableFolders = others.map(({ path }) => path)
    return listed
  } catch (error) {
    // A server that refuses to list its folders may still open one.
    if (error instanceof Refused) return undefined
    throw error
  }
}

/** Other names are not valid for an account. */
const hasUsableName = ({ path }: ListedFolder): boolean => !/\p{Cc}/u.test(path)

const isSelectable = ({ flags }: ListedFolder): boolean =>
  ![...flags].some((flag) => /^\\(noselect|nonexistent)$/i.test(flag))

const found = ({ path, specialUse, status }: ListedFolder, messages = status?.messages): FoundFolder => ({
  name: path,
  ...(messages !== undefined && { messages }),
  ...(specialUse !== undefined && { specialUse }),
})

const withoutUidValidity =
  'in a folder without UIDVALIDITY, so their UIDs may change. Postmaster will recognise them by their content.'

const examine = async (session: ImapSession, progress: ProbeProgress): Promise<void> => {
  const { steps, limits, detailsUntil } = progress
  const { exists } = session
  const uniqueIds = session.folder.uidValidity !== undefined
  if (exists === 0 || uniqueIds) steps.passed('count', `${countedMessages(exists)}.`, { count: exists })
  else steps.passed('count', `${countedMessages(exists)}, ${withoutUidValidity}`, { count: exists, uniqueIds })
  const waiting = new WaitingMailCount()
  for await (const window of listFolder(session)) {
    waiting.add(window)
    if (waiting.examined >= limits.messages || performance.now() > detailsUntil) break
  }
  progress.waiting = waiting.result(exists)
  const { oldestAt } = progress.waiting
  if (oldestAt !== undefined) steps.passed('oldest', `The oldest message arrived at ${oldestAt}.`, { oldestAt })
  else steps.skipped('oldest', exists === 0 ? 'The folder is empty.' : 'The server does not report arrival dates.')
}

/**
 * Counts the messages in a new session, because a missing folder ends its session and the other folders' counts help to
 * find the right one. Its own errors are ignored: the caller reports the missing folder.
 */
const countAfresh = async (
  options: SessionOptions,
  listed: readonly ListedFolder[],
  progress: ProbeProgress,
): Promise<void> => {
  const left = Math.floor(progress.detailsUntil - performance.now())
  if (left <= 0 || listed.every(({ status }) => status !== undefined)) return
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(left)])
  const session = new ImapSession({ ...options, signal, observer: undefined })
  try {
    await session.logIn()
    await count(session, listed, progress)
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error
  } finally {
    // Waiting for LOGOUT could outlast the test, and then the test would report another failure.
    await session.close(false)
  }
}

/**
 * Adds the counts that LIST did not report to the folders, one by one, so that an interruption keeps the counts so far.
 * STATUS of the open folder is discouraged (RFC 9051 section 6.3.11), and its count is already known.
 */
const count = async (session: ImapSession, listed: readonly ListedFolder[], progress: ProbeProgress): Promise<void> => {
  const folders = listed.map((folder) => found(folder, session.isOpen(folder.path) ? session.exists : undefined))
  progress.folders = folders
  let asked = 0
  for (const [index, folder] of listed.entries()) {
    if (folders[index]?.messages !== undefined) continue
    if (asked === progress.limits.counts || performance.now() >= progress.detailsUntil) return
    asked += 1
    folders[index] = found(folder, await countOf(session, folder.path))
  }
}

const countOf = async (session: ImapSession, folder: string): Promise<number | undefined> => {
  try {
    return await session.countMessages(folder)
  } catch (error) {
    if (error instanceof Refused) return undefined
    throw error
  }
}
