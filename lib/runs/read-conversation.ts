import * as z from 'zod'
import { ProblemError } from '../problems/problem.ts'
import { type ConversationReader, conversationLineSchema, hoursKept, partsPerRead } from './conversation.ts'
import { isOpen } from './run.ts'
import type { RunCatalog } from './run-catalog.ts'

export const conversationViewSchema = z
  .object({
    lines: z.array(conversationLineSchema).meta({ description: 'What was said since, in its order.' }),
    after: z.int().meta({ description: 'Send it as `after` to read on.', examples: [4] }),
    ended: z
      .boolean()
      .meta({ description: 'Nothing will be added: there is no use in asking again.', examples: [true] }),
    cut: z.boolean().meta({ description: 'The recording ended at its limit of 1 MiB.', examples: [false] }),
  })
  .meta({ id: 'Conversation', description: 'What Postmaster and a mail server said to each other in one run.' })
export type ConversationView = z.infer<typeof conversationViewSchema>

export interface ConversationServices {
  readonly catalog: Pick<RunCatalog, 'read'>
  readonly conversations: ConversationReader
}

/** The conversation of a run behind part `after`, also while the run goes on. @throws ProblemError `not-found` */
export const readConversation = async (
  { catalog, conversations }: ConversationServices,
  runId: string,
  after: number,
): Promise<ConversationView> => {
  // The run first: once it has ended, every part of it is there.
  const run = await catalog.read(runId)
  if (!run) throw new ProblemError('not-found', 'There is no run with this id, or its record has expired.')
  if (!run.conversation && !isOpen(run))
    throw new ProblemError('not-found', 'The conversation of this run was not recorded: ask for a run with `debug`.')
  const parts = await conversations.partsAfter(runId, after)
  const last = parts.at(-1)?.number ?? after
  const recorded = run.conversation?.parts ?? 0
  if (!isOpen(run) && parts.length === 0 && after < recorded)
    throw new ProblemError('not-found', `The conversation of this run has expired: it is kept ${hoursKept} hours.`)
  return {
    lines: parts.flatMap(({ lines }) => lines),
    after: last,
    ended: !isOpen(run) && parts.length < partsPerRead,
    cut: run.conversation?.cut ?? false,
  }
}
