import * as z from 'zod'
import { plain } from '../../terminal/text.ts'
import type { ApiClient } from '../client.ts'
import { choose, isPartOf, type Kind } from './choose.ts'
import { isMessageId, isPartOfMessageId, newestMatching, notAmongNewest } from './ids.ts'

const kind: Kind = { singular: 'message', plural: 'messages' }

const messageSchema = z.looseObject({
  messageId: z.string(),
  header: z.looseObject({ subject: z.string().optional() }).optional(),
})

/** Digits. 48 bits of a hash are practically never those of two messages. */
const certainDigits = 12

/**
 * @param text a part of an id, or a full id, which is not looked up
 * @throws CliError that lists the candidates, or says how far the messages were searched
 */
export const messageIdOf = async (api: ApiClient, text: string): Promise<string> => {
  if (isMessageId(text)) return text
  const found = isPartOfMessageId(text)
    ? await newestMatching(
        api.list('/messages?limit=100', messageSchema),
        ({ messageId }) => isPartOf(text, messageId),
        text.length >= certainDigits,
      )
    : []
  if (found.length === 0)
    return notAmongNewest(
      'message',
      plain(text),
      'Only the newest messages of the last 31 days are searched. See `postmaster messages list`. An older message needs its full id.',
    )
  return choose(
    found.map(({ messageId, header }) => ({ id: messageId, names: [header?.subject ?? ''] })),
    text,
    kind,
  ).id
}
