import * as z from 'zod'
import { ProblemError } from '../reasons/problem.ts'
import { conversationLineSchema, hoursKept } from './conversation.ts'
import { type ConversationStore, partsPerRead } from './conversation-store.ts'
import { isOpen } from './run.ts'
import type { RunCatalog } from './run-catalog.ts'

export const conversationViewSchema = z
  .object({
    lines: z.array(conversationLineSchema).meta({ description: 'The lines since then, in order.' }),
    after: z.int().meta({ description: 'Send this value as `after` to continue.', examples: [4] }),
    ended: z
      .boolean()
      .meta({ description: 'True if there are no more lines and none will be added.', examples: [true] }),
    cut: z.boolean().meta({ description: 'True if the recording ended at its limit of 1 MiB.', examples: [false] }),
  })
  .meta({ id: 'Conversation', description: 'The conversation between Postmaster and a mail server in one run.' })
export type ConversationView = z.infer<typeof conversationViewSchema>

export interface ConversationServices {
  readonly catalog: Pick<RunCatalog, 'read'>
  readonly conversations: Pick<ConversationStore, 'partsAfter'>
}

/** @returns the conversation of a run after part `after`, even during the run. @throws ProblemError `not-found` */
export const readConversation = async (
  { catalog, conversations }: ConversationServices,
  runId: string,
  after: number,
): Promise<ConversationView> => {
  // Read the run first. If it has ended, all its parts are stored.
  const run = await catalog.read(runId)
  if (!run) throw new ProblemError('not-found', 'There is no run with this id, or its record has expired.')
  if (!run.conversation && !isOpen(run))
    throw new ProblemError(
      'not-found',
      'The conversation of this run was not recorded. Request a run with `debug` to record one.',
    )
  const parts = await conversations.partsAfter(runId, after)
  const last = parts.at(-1)?.number ?? after
  const recorded = run.conversation?.parts ?? 0
  if (!isOpen(run) && parts.length === 0 && after < recorded)
    throw new ProblemError(
      'not-found',
      `The conversation of this run has expired. Conversations are kept for ${hoursKept} hours.`,
    )
  return {
    lines: parts.flatMap(({ lines }) => lines),
    after: last,
    ended: !isOpen(run) && parts.length < partsPerRead,
    cut: run.conversation?.cut ?? false,
  }
}
