import { setTimeout as sleep } from 'node:timers/promises'
import type { ConversationLine } from '../../lib/runs/conversation.ts'
import { conversationViewSchema } from '../../lib/runs/read-conversation.ts'
import { ownMember } from '../../lib/text/names.ts'
import type { ApiClient } from '../api/client.ts'
import { tolerant } from '../api/tolerant.ts'
import { plain } from '../terminal/text.ts'

/** Milliseconds; new lines are stored about once a second. */
const pause = 1_000

export interface FollowOptions {
  /** Milliseconds in total. */
  readonly timeout: number
  /** Milliseconds between two requests. */
  readonly pause?: number | undefined
}

/** Prints a run's conversation with the mail server until the run ends or the time is up. */
export const followConversation = async (
  api: ApiClient,
  runId: string,
  say: (line: string) => void,
  options: FollowOptions,
): Promise<void> => {
  const began = Date.now()
  for (let after = 0; ; ) {
    const view = await api.get(
      `/runs/${encodeURIComponent(runId)}/conversation?after=${after}`,
      tolerant(conversationViewSchema),
    )
    for (const line of view.lines) say(lineText(line))
    if (view.ended) {
      if (view.cut) say('The recording ends here because it reached its limit of 1 MiB.')
      return
    }
    if (Date.now() - began > options.timeout) return
    // Read lines that are already stored without waiting.
    if (view.after === after) await sleep(options.pause ?? pause)
    after = view.after
  }
}

const speakers: Readonly<Record<string, string>> = { postmaster: '>', server: '<' }

/** @returns a line such as `08:10:04.218 > 3 SELECT INBOX` */
const lineText = ({ at, by, text }: ConversationLine): string =>
  `${at.slice(11, 23)} ${ownMember(speakers, by) ?? '*'} ${plain(text)}`
