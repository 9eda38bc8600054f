import pLimit from 'p-limit'
import { attemptsKept, type UnstoredMessage } from '../messages/unstored/unstored-message.ts'
import type { Reason } from '../reasons/reason.ts'
import { writesSideBySide } from '../tables/tables.ts'
import { cutTo } from '../text/printable.ts'
import { logStorageFailure } from './end-part.ts'
import { StorageFailure } from './failures.ts'
import { markOf, messageIdFor } from './identity.ts'
import { limits } from './limits.ts'
import type { Part } from './part.ts'
import type { Quarantined, Session } from './session.ts'
import { listAfter } from './status.ts'

/**
 * Records the messages that this session skipped and about which a person must know, and removes those from the
 * quarantine that are stored or have left the server. If that fails, the run continues, and the next run repeats it.
 *
 * @param succeeded false if the session failed
 */
export const updateQuarantine = async (session: Session, succeeded: boolean): Promise<void> => {
  const { part } = session
  try {
    await update(session, succeeded)
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error
    logStorageFailure(part, error)
    part.log.event(
      'quarantine-not-updated',
      'Postmaster could not record in the quarantine which messages it skipped. The next run tries again.',
    )
  }
}

const update = async (session: Session, succeeded: boolean): Promise<void> => {
  const { part, quarantined } = session
  const { unstored } = part.services
  const here = quarantined.filter(({ message }) => !session.isGone(message.uid))
  const skipped = new Map(here.map((one) => [quarantineIdOf(part, one), one]))
  const rows = await part.quarantined
  const known = new Set(rows.map(({ messageId }) => messageId))
  const added = [...skipped].filter(([messageId]) => !known.has(messageId))
  const isOver = rows.length > 0 ? overAfter(session, succeeded) : () => false
  const write = pLimit(writesSideBySide)
  await write.map(added.slice(0, limits.quarantined - rows.length), ([messageId, one]) =>
    unstored.create(rowOf(part, messageId, one)),
  )
  await write.map(rows, async (row) => {
    const one = skipped.get(row.messageId)
    if (!one) return isOver(row.messageId) && (await unstored.remove(row.messageId))
    const next = confirmed(part, row, one)
    return next && (await unstored.replace(row, next))
  })
}

/** Without a stable UID, messages of the same size share an entry, because only their bytes distinguish them. */
const quarantineIdOf = (part: Part, { message, messageId }: Pick<Quarantined, 'message' | 'messageId'>): string =>
  messageId ?? messageIdFor(part, message.uidIsStable ? message.uid : markOf(message))

/** @returns a predicate for messages that are stored or have left the server */
const overAfter = (session: Session, succeeded: boolean): ((messageId: string) => boolean) => {
  const { part, mailbox, resume, listed, listedAll, interruption } = session
  const everything = listAfter(part.account, resume, mailbox) === undefined
  const complete = succeeded && listedAll && interruption === undefined && everything
  const present = new Map(listed.map((message) => [quarantineIdOf(part, { message, messageId: undefined }), message]))
  return (messageId) => {
    const message = present.get(messageId)
    return message ? session.isDone(message.uid) || session.isGone(message.uid) : complete
  }
}

const rowOf = (part: Part, messageId: string, one: Quarantined): UnstoredMessage => {
  const { message, code } = one
  const { account, services } = part
  const at = services.now().toISOString()
  return {
    messageId,
    accountId: account.accountId,
    ...(account.folder !== undefined && { folder: account.folder }),
    uid: message.uid,
    size: sizeOf(one),
    ...(message.internalDate !== undefined && { arrivedAt: message.internalDate }),
    state: 'quarantined',
    reason: reasonOf(part, one),
    firstAt: at,
    lastAt: at,
    attempts: [{ at, runId: part.log.run.runId, code }],
    revision: 1,
  }
}

/** @returns the next state of a row, or undefined if it was confirmed recently. A requested run confirms every row. */
const confirmed = (part: Part, row: UnstoredMessage, one: Quarantined): UnstoredMessage | undefined => {
  const { lastAt, attempts, reason, size } = rowOf(part, row.messageId, one)
  const { runId, trigger } = part.log.run
  const due = Date.parse(lastAt) - Date.parse(row.lastAt) >= limits.quarantineConfirmedAfter
  const asked = trigger === 'request' && row.attempts.at(-1)?.runId !== runId
  if (!due && !asked && reason.code === row.reason.code) return undefined
  return { ...row, size, reason, lastAt, attempts: [...row.attempts, ...attempts].slice(-attemptsKept) }
}

const sizeOf = ({ message, received }: Quarantined): number => received ?? message.size

/** In characters. The longest part is what the server responded. */
const longestDetail = 500

const reasonOf = ({ account }: Part, one: Quarantined): Reason => {
  const { code, words } = one
  const keepsByUid = account.afterFetch.action === 'keep' && account.folder !== undefined
  const { detail, remedy } = {
    'too-large': {
      detail: `The message has ${sizeOf(one)} bytes, but the account allows ${account.maxMessageSize}.`,
      remedy: `To store it, increase the account’s message size limit and try again. ${onServer}`,
    },
    deadly: {
      detail: `The message crashed ${limits.deaths} runs, so Postmaster skips it.`,
      remedy: `${keepsByUid ? notListed : 'Try again, and report this error if it recurs.'} ${onServer}`,
    },
    absent: {
      detail: 'The server lists the message but returns no usable content for it.',
      remedy: `Every run tries again. Check whether a mail client can open the message. ${onServer}`,
    },
    'raw-mail-differs': {
      detail: 'Other mail is already stored under the id of this message, and Postmaster does not overwrite it.',
      remedy: `Compare the message with the stored mail as the runbook describes, and then try again. ${onServer}`,
    },
    unstorable: {
      detail: 'The message cannot be recorded in the messages table, not even without its header.',
      remedy: `Every run tries again. Find the cause in the fetch function’s log, and report it. ${onServer}`,
    },
  }[code]
  return { code, detail: cutTo(words === undefined ? detail : `${detail} ${words}`, longestDetail), remedy }
}

const notListed =
  'Runs do not list it again, because the account keeps its mail. Read it with a mail client, and report this error.'
const onServer =
  'The message is only on the mail server, so it cannot be downloaded from Postmaster. If you dealt with it in a mail ' +
  'client, mark it as handled.'
