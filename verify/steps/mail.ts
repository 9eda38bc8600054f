import { tolerant } from '../../cli/api/tolerant.ts'
import { messageSchema } from '../../lib/messages/message.ts'
import { checkAnnouncement, checkRawMail, subscribeToAnnouncements } from './announcement.ts'
import { checkConnection, checkFetch, checkFirstRun } from './collect.ts'
import { createObjects, type TestObjects } from './objects.ts'
import { checkServer } from './server.ts'
import type { Verification } from './verification.ts'

/** The way of one mail, from the mailbox to a subscriber. Each step needs the one before it. */
export const checkMail = async (verification: Verification): Promise<void> => {
  const subscriber = await subscribeToAnnouncements(verification)
  if (subscriber === undefined) return
  const objects = await createObjects(verification)
  if (objects === undefined) return
  const { accountId, mailbox } = objects
  if (!(await checkConnection(verification, accountId))) return
  if (!(await checkFirstRun(verification, accountId))) return
  if (!(await placeMail(verification, objects))) return
  const message = await checkFetch(verification, accountId, mailbox)
  if (message === undefined) return
  eraseAtTheEnd(verification, message.messageId)
  const announcement = await checkAnnouncement(verification, subscriber, message)
  if (announcement !== undefined) await checkRawMail(verification, announcement)
  await checkServer(verification, mailbox, message.messageId)
}

const placeMail = ({ journal }: Verification, { mailbox }: TestObjects): Promise<true | undefined> =>
  journal.step('mail', async () => ({ detail: await mailbox.place(), value: true }))

/** The account and its queue may be gone by then. A message does not need them to be erased. */
const eraseAtTheEnd = ({ admin, cleanUp }: Verification, messageId: string): void =>
  cleanUp.add({
    what: `the content of the test mail, message ${messageId}`,
    command: () => `node cli/postmaster.mjs messages erase ${messageId} --yes`,
    remove: async () => {
      await admin.client.post(`/messages/${encodeURIComponent(messageId)}/erase`, {}, tolerant(messageSchema))
    },
  })
