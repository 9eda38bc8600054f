import * as z from 'zod'
import { accountAnswerSchema, queueAnswerSchema } from '../../cli/api/answers.ts'
import { accountPath } from '../../cli/api/paths.ts'
import { openTestMailbox, type TestMailbox } from '../mailbox/test-mailbox.ts'
import type { Verification } from './verification.ts'

/** The queue and the account of the test. */
export interface TestObjects {
  readonly accountId: string
  readonly mailbox: TestMailbox
}

export const queueNameOf = (mark: string): string => `verify-${mark}`

/** Creates the queue and an account that is not fetched yet. Both are removed at the end. */
export const createObjects = (verification: Verification): Promise<TestObjects | undefined> =>
  verification.journal.step('account', async () => {
    const { admin, mailbox: settings, mark, cleanUp } = verification
    const queueId = await createQueue(verification)
    const mailbox = await openTestMailbox({ ...verification, settings })
    let id: string | undefined
    cleanUp.add({
      what: `the mail account of ${settings.username} with the comment ${commentOf(mark)}`,
      command: () => `node cli/postmaster.mjs accounts delete ${id ?? 'ID'} --yes`,
      remove: async () => {
        const accountId = id ?? (await accountWithComment(verification))
        if (accountId !== undefined) await admin.client.delete(accountPath(accountId), '*')
      },
    })
    const { type, host, port, username, password, customCa } = settings
    const body = {
      type,
      authentication: 'password',
      host,
      port,
      username,
      password,
      ...(customCa !== undefined && { customCa }),
      ...mailbox.fields,
      dispatching: { by: 'queue', queueId },
      // A valid account would be fetched at once, before the connection test.
      validity: 'invalid-temporarily',
      comment: commentOf(mark),
    }
    const { accountId } = await admin.client.post('/accounts', body, accountAnswerSchema)
    id = accountId
    return { detail: `Queue ${queueNameOf(mark)}, account ${accountId}`, value: { accountId, mailbox } }
  })

const createQueue = async ({ admin, mark, cleanUp }: Verification): Promise<string> => {
  const name = queueNameOf(mark)
  const client = admin.client
  cleanUp.add({
    what: `the queue ${name}`,
    command: () => `node cli/postmaster.mjs queues delete ${name} --yes`,
    remove: async () => {
      for await (const queue of client.list('/queues?limit=100', queueAnswerSchema))
        if (queue.name === name) await client.delete(`/queues/${encodeURIComponent(queue.queueId)}`, '*')
    },
  })
  const { queueId } = await client.post('/queues', { name, comment: commentOf(mark) }, queueAnswerSchema)
  return queueId
}

const commentOf = (mark: string): string => `npm run verify-deployment, ${mark}`

const commentedSchema = z.looseObject({ accountId: z.string(), comment: z.string() })

/** Finds the account if the response to its creation was lost. */
const accountWithComment = async ({ admin, mark }: Verification): Promise<string | undefined> => {
  for await (const { accountId, comment } of admin.client.list('/accounts?limit=100', commentedSchema))
    if (comment === commentOf(mark)) return accountId
  return undefined
}
