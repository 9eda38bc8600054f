import { announceMessage } from './announce-message.ts'
import type { Candidate } from './candidate.ts'
import { classify, type Verdict } from './classify.ts'
import type { FetchSession } from './fetch-session.ts'
import { limits } from './limits.ts'

/** Lists the folder window by window and sorts what it holds. @returns what has to be read, suspects last */
export const listFolder = async (session: FetchSession, after: string | undefined): Promise<Candidate[]> => {
  const { context, mailbox, status } = session
  const candidates: Candidate[] = []
  const announcements: Array<Extract<Verdict, { action: 'announce' }>> = []
  for await (const window of mailbox.list(after === undefined ? {} : { after })) {
    session.listed.push(...window)
    for (const verdict of await classify(context, status, window)) {
      context.log.count('found')
      sort(session, verdict)
      if (verdict.action === 'read') candidates.push(verdict.candidate)
      if (verdict.action === 'announce') announcements.push(verdict)
    }
    if (candidates.length >= limits.candidates) {
      stopListing(session, after)
      break
    }
  }
  for (const { departing, known } of announcements)
    await session.pool.add(0, async () => {
      if (await announceMessage(context, known)) session.depart(departing)
    })
  return [...candidates.filter(({ suspect }) => !suspect), ...suspectsInOrder(session, candidates)]
}

const sort = (session: FetchSession, verdict: Verdict): void => {
  const { log } = session.context
  switch (verdict.action) {
    case 'read':
      session.unfinished.add(verdict.candidate)
      return
    case 'depart':
      log.count('alreadyKnown')
      session.depart(verdict.departing)
      return
    case 'announce':
      log.count('alreadyKnown')
      return
    case 'leave':
      log.count('alreadyKnown')
      session.settle(verdict.message.uid)
      return
    case 'skip':
      log.skipped(verdict.reason)
      if (verdict.reason === 'too-large') session.tooLarge.push(verdict)
      else session.settle(verdict.message.uid)
      if (verdict.reason === 'deadly') reportDeadly(session, verdict.message.uid, verdict.messageId)
  }
}

const reportDeadly = ({ context }: FetchSession, uid: string, messageId: string | undefined): void =>
  context.log.event('deadly', `Message ${uid} ended the process of ${limits.deaths} runs and is left alone.`, messageId)

/** What was not even listed counts as left, where the server's own count tells how much that is. */
const stopListing = (session: FetchSession, after: string | undefined): void => {
  session.interruption = 'too-many'
  const unlisted = after === undefined ? Math.max(0, session.mailbox.messageCount - session.listed.length) : 0
  session.context.log.count('found', unlisted)
  session.context.log.count('left', unlisted)
}

const suspectsInOrder = ({ status }: FetchSession, candidates: readonly Candidate[]): Candidate[] => {
  const place = new Map((status.suspects ?? []).map((uid, index) => [uid, index]))
  const placeOf = ({ message }: Candidate) => place.get(message.uid) ?? -1
  return candidates.filter(({ suspect }) => suspect).sort((a, b) => placeOf(a) - placeOf(b))
}
