import type { ListedMessage } from '../mailbox/mailbox.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import { arrivalDateOf } from '../messages/header/arrival-date.ts'
import type { FetchSession } from './fetch-session.ts'
import { limits } from './limits.ts'
import { digestOf, digestsIn, isOlder, type StartSight, startMarkOf } from './start-line.ts'

/**
 * The first look at a POP3 mailbox that is collected from a date on. POP3 tells no dates, so the header of every message is asked for; what
 * came before the date is remembered by its UIDL, as with `new`, and never asked about again. Takes up where the part before stopped.
 * @returns what is known of the mailbox by now, also where there was nothing to look at
 * @throws MailboxError `start-unknown`, `arrival-unknown`
 */
export const lookAtArrivals = async (session: FetchSession): Promise<StartSight | undefined> => {
  const { context, status } = session
  const { account, uidValidity } = context
  const { folder, startFrom, startsAt } = account
  if (folder !== undefined || typeof startFrom === 'string' || startsAt === undefined) return status.startSight
  const mailbox = startMarkOf(account, uidValidity)
  const known = status.startSight?.mailbox === mailbox ? status.startSight : { mailbox, newer: '' }
  if (known.newer === undefined) return known
  return await goOnLooking(session, known, startsAt)
}

const goOnLooking = async (session: FetchSession, known: StartSight, startsAt: string): Promise<StartSight> => {
  const { context, mailbox } = session
  const { services, account, deadline, log } = context
  const listed = await everythingIn(session)
  const seen = digestsIn(known.seen)
  const newer = digestsIn(known.newer)
  const open = listed.filter(({ uid }) => !seen.has(digestOf(uid)) && !newer.has(digestOf(uid)))
  const until = Math.min(services.now() + limits.lookWithin, deadline.startNothingAfter)
  for (let from = 0; from < open.length; from += limits.headersAtOnce) {
    if (services.now() >= until) return { ...known, seen: textOf(seen), newer: textOf(newer) }
    const some = open.slice(from, from + limits.headersAtOnce)
    const headers = await mailbox.headers(some)
    for (const { uid } of some) {
      const header = headers.get(uid)
      const arrived = header && arrivalDateOf(header)
      ;(isOlder(arrived, startsAt) ? seen : newer).add(digestOf(uid))
    }
    session.madeProgress = true
    const startSight = { ...known, seen: textOf(seen), newer: textOf(newer) }
    await services.statuses.change(account.accountId, { startSight })
  }
  const startSight = { mailbox: known.mailbox, seen: textOf(seen) }
  await services.statuses.change(account.accountId, { startSight })
  if (seen.size > 0)
    log.event('before-start', `${seen.size} messages came before the account’s start and stay on the server.`)
  return startSight
}

const everythingIn = async ({ mailbox }: FetchSession): Promise<ListedMessage[]> => {
  const listed: ListedMessage[] = []
  for await (const window of mailbox.list()) listed.push(...window)
  if (listed.length > limits.seenAtStart || listed.some(({ uidIsStable }) => !uidIsStable))
    throw new MailboxError('start-unknown')
  return listed
}

const textOf = (digests: ReadonlySet<string>): string => [...digests].join('')
