import type { AbsentReason, ListedMessage, Mailbox } from '../../lib/mailbox/mailbox.ts'

/** A retrieved message with its bytes collected. */
export type Collected =
  | { readonly kind: 'whole' | 'stream'; readonly uid: string; readonly bytes: Buffer }
  | { readonly kind: 'absent'; readonly uid: string; readonly reason: AbsentReason; readonly serverWords: string }

export const listAll = async (mailbox: Mailbox, after?: string): Promise<ListedMessage[]> => {
  const all: ListedMessage[] = []
  for await (const window of mailbox.list(after === undefined ? {} : { after })) all.push(...window)
  return all
}

export const retrieveAll = async (mailbox: Mailbox, messages: readonly ListedMessage[]): Promise<Collected[]> => {
  const all: Collected[] = []
  for await (const found of mailbox.retrieve(messages)) {
    const { uid } = found.message
    if (found.kind === 'whole') {
      all.push({ kind: 'whole', uid, bytes: found.bytes })
    } else if (found.kind === 'absent') {
      all.push({ kind: 'absent', uid, reason: found.reason, serverWords: found.serverWords })
    } else {
      const chunks: Buffer[] = []
      for await (const chunk of found.chunks) chunks.push(chunk)
      all.push({ kind: 'stream', uid, bytes: Buffer.concat(chunks) })
    }
  }
  return all
}

export const bytesOf = (found: Collected): Buffer => (found.kind === 'absent' ? Buffer.alloc(0) : found.bytes)

export const everyUid = (messages: readonly ListedMessage[]): string[] => messages.map(({ uid }) => uid)
