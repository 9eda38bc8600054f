import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { ApiClient } from '../../cli/api/client.ts'
import { colours } from '../../cli/terminal/colours.ts'
import { plain } from '../../cli/terminal/text.ts'
import type { FetchedAccount, SampleAccount } from '../set-up.ts'
import { indent, mailLine } from './mail-line.ts'

const runSchema = z.object({
  runId: z.string(),
  state: z.string(),
  duration: z.int().optional(),
  counts: z.object({
    found: z.int(),
    stored: z.int(),
    alreadyKnown: z.int(),
    skipped: z.int(),
    deleted: z.int(),
    announced: z.int(),
  }),
  error: z.object({ detail: z.string(), remedy: z.string() }).optional(),
})
type Run = z.infer<typeof runSchema>
const messageSchema = z.object({
  queueName: z.string(),
  reason: z.object({ detail: z.string() }),
  state: z.string(),
  parsed: z.boolean(),
  header: z.object({ subject: z.string().optional() }).optional(),
  ignoredControl: z.array(z.object({ name: z.string(), why: z.string() })),
})
type Message = z.infer<typeof messageSchema>

const lookAgain = 150
const patience = 90_000

export interface Told {
  readonly stored: number
  readonly announced: number
  readonly failed: number
}

/**
 * Waits for the accounts' runs. When a run ends, prints which messages arrived and why each of them is in its queue.
 */
export const narrate = async (
  api: ApiClient,
  accounts: readonly FetchedAccount[],
  say: (line: string) => void,
): Promise<Told> => {
  const waiting = new Map(accounts.map((account) => [account.accountId, account]))
  let told: Told = { stored: 0, announced: 0, failed: 0 }
  for (const end = Date.now() + patience; waiting.size > 0 && Date.now() < end; await sleep(lookAgain)) {
    for (const account of [...waiting.values()]) {
      const run = await api.get(`/runs/${account.runId}`, runSchema)
      if (run.state === 'queued' || run.state === 'running') continue
      waiting.delete(account.accountId)
      await tell(api, account, run, say)
      const { stored, announced } = run.counts
      told = {
        stored: told.stored + stored,
        announced: told.announced + announced,
        failed: told.failed + (run.error ? 1 : 0),
      }
    }
  }
  for (const { user, type } of waiting.values())
    say(colours.red(`${type} ${user}: no run finished within ${patience / 1000} seconds`))
  return { ...told, failed: told.failed + waiting.size }
}

const tell = async (api: ApiClient, account: SampleAccount, run: Run, say: (line: string) => void): Promise<void> => {
  const { stored, deleted, alreadyKnown } = run.counts
  const took = run.duration === undefined ? '' : colours.dim(` in ${(run.duration / 1000).toFixed(2)} s`)
  const left = account.afterFetch === 'keep' ? 'all kept on the server' : `${deleted} deleted from the server`
  const known = alreadyKnown > 0 ? `, ${alreadyKnown} already known` : ''
  say(
    `${colours.bold(account.type.padEnd(indent))}${colours.bold(account.user)}: ${messages(stored)} stored${known}, ${left}${took} ${colours.dim(`(${account.story})`)}`,
  )
  if (run.error) say(colours.red(`${' '.repeat(indent)}${plain(run.error.detail)} ${plain(run.error.remedy)}`))
  if (stored === 0) return
  for await (const message of api.list(`/messages?runId=${run.runId}&limit=100`, messageSchema)) say(line(message))
}

const line = ({ queueName, reason, state, header, parsed, ignoredControl }: Message): string => {
  const subject = parsed ? (header?.subject ?? '(no subject)') : '(no readable header)'
  const ignored = ignoredControl
    .map(({ name, why }) => colours.yellow(` ${plain(name)} is ignored: ${plain(why)}`))
    .join('')
  const announced = state === 'ignored' ? colours.yellow(' It is stored, but not announced.') : ''
  return mailLine(queueName, subject, `${colours.dim(plain(reason.detail))}${announced}${ignored}`)
}

const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`)
