import * as z from 'zod'
import { accountAnswerSchema, type RunAnswer, runAnswerSchema } from '../../cli/api/answers.ts'
import { accountPath } from '../../cli/api/paths.ts'
import { tolerant } from '../../cli/api/tolerant.ts'
import { connectionTestSchema } from '../../lib/mailbox/probe/connection-test.ts'
import { type Message, messageSchema } from '../../lib/messages/message.ts'
import { requestedRunSchema } from '../../lib/schedule/request-runs.ts'
import { subjectOf } from '../mailbox/test-mail.ts'
import type { TestMailbox } from '../mailbox/test-mailbox.ts'
import { StepFailed } from '../report/step-error.ts'
import { waitUntil } from '../report/wait-until.ts'
import type { Verification } from './verification.ts'

const requestedSchema = z.object({ runs: z.array(requestedRunSchema) })
const messageAnswerSchema = tolerant(messageSchema)

/** Tests the stored account, step by step, from the function that also tests accounts for people. */
export const checkConnection = ({ journal, admin }: Verification, accountId: string): Promise<true | undefined> =>
  journal.step('connection', async () => {
    const { passed, steps } = await admin.client.post(
      `${accountPath(accountId)}/test`,
      {},
      tolerant(connectionTestSchema),
    )
    const failed = steps.find(({ state }) => state === 'failed')
    if (!passed || failed !== undefined)
      throw new StepFailed(
        failed?.code ?? 'connection-failed',
        failed?.detail ?? 'The connection test failed.',
        failed?.remedy ?? 'Test the account on the admin page.',
      )
    return {
      detail: steps
        .filter(({ step }) => ['connect', 'login'].includes(step))
        .map(({ detail }) => detail)
        .join(' '),
      value: true,
    }
  })

/** Makes the account valid, which starts its first run. For accounts that keep their mail, that run also notes what is old. */
export const checkFirstRun = (verification: Verification, accountId: string): Promise<true | undefined> =>
  verification.journal.step('first-run', async () => {
    const { client } = verification.admin
    const { fetch } = await client.patch(accountPath(accountId), { validity: 'valid' }, '*', accountAnswerSchema)
    const run =
      fetch?.runId === undefined ? await fetched(verification, accountId) : await ended(verification, fetch.runId)
    return { detail: `Run ${run.runId} took ${((run.duration ?? 0) / 1000).toFixed(1)} s.`, value: true }
  })

/** Fetches until the test mail is stored. Other mail of the mailbox may arrive before it. */
export const checkFetch = (
  verification: Verification,
  accountId: string,
  mailbox: TestMailbox,
): Promise<Message | undefined> =>
  verification.journal.step('fetch', async () => {
    const { limits, signal, mark } = verification
    const message = await waitUntil(
      async () => {
        await fetched(verification, accountId)
        return await storedMail(verification, accountId)
      },
      {
        limit: mailbox.arrivesLater ? limits.mail : limits.delivery,
        pause: mailbox.arrivesLater ? 5 * limits.pause : limits.pause,
        signal,
      },
    )
    if (message === undefined)
      throw new StepFailed(
        'mail-not-found',
        `No mail with the subject “${subjectOf(mark)}” was fetched.`,
        mailbox.arrivesLater
          ? 'Send the mail to exactly this mailbox, look into its spam folder, and allow more time with --mail-minutes.'
          : `Read the runs of the account: postmaster runs list --account ${accountId}`,
      )
    return { detail: `Message ${message.messageId}, ${message.size} bytes, queue ${message.queueName}`, value: message }
  })

const storedMail = async ({ admin, mark }: Verification, accountId: string): Promise<Message | undefined> => {
  for await (const message of admin.client.list(
    `/messages?accountId=${encodeURIComponent(accountId)}&limit=100`,
    messageAnswerSchema,
  ))
    if (message.header?.subject?.includes(mark)) return message
  return undefined
}

const fetched = async (verification: Verification, accountId: string): Promise<RunAnswer> => {
  const { runs } = await verification.admin.client.post(`${accountPath(accountId)}/fetch`, {}, requestedSchema)
  const [run] = runs
  if (run === undefined)
    throw new StepFailed('no-run', 'The API has requested no run.', 'Check the validity of the account.')
  return await ended(verification, run.runId)
}

/** @throws StepFailed unless the run ends well */
const ended = async ({ admin, limits, signal }: Verification, runId: string): Promise<RunAnswer> => {
  const path = `/runs/${encodeURIComponent(runId)}`
  const run = await waitUntil(
    async () => {
      const answer = await admin.client.get(path, runAnswerSchema)
      return answer.state === 'queued' || answer.state === 'running' ? undefined : answer
    },
    { limit: limits.run, pause: limits.pause, signal },
  )
  if (run === undefined)
    throw new StepFailed(
      'run-not-ended',
      `Run ${runId} has not ended.`,
      'Check the log and the Throttles metric of the fetch function, and the event source of the fetch queue.',
    )
  if (run.state === 'done') return run
  throw new StepFailed(
    run.error?.code ?? `run-${run.state}`,
    run.error?.detail ?? `Run ${runId} ended in the state ${run.state}.`,
    run.error?.remedy ?? 'Read the log of the fetch function.',
  )
}
