import type { MessageId } from '../../messages/message.ts'
import type { RawOrigin } from '../../messages/store/raw-origin.ts'
import { StorageFailure } from '../failures.ts'
import type { Part } from '../part.ts'
import { sha256Of } from './message-stream.ts'

export interface RawMail {
  readonly messageId: MessageId
  readonly origin: RawOrigin
  readonly bytes: Buffer | AsyncIterable<Buffer>
  /** Called after the bytes were read. @returns their SHA-256 in lower-case hexadecimal */
  readonly sha256: () => string
}

/**
 * Makes the raw bytes of a message durable. If raw mail is already stored under this ID, a run stored it and did not write
 * its row, or the row has expired. The same bytes then count as stored. Other bytes are never overwritten, because the
 * stored mail may be all that is left of another message.
 *
 * @returns `differs` if other bytes are stored under this ID
 * @throws StorageFailure if the stored mail expired before it could be compared. The next run stores it.
 */
export const storeRaw = async (
  { services: { raw }, deadline: { signal } }: Part,
  { messageId, origin, bytes, sha256 }: RawMail,
): Promise<'stored' | 'differs'> => {
  if ((await raw.put(messageId, bytes, signal, origin)) === 'stored') return 'stored'
  const stored = await raw.open(messageId, signal)
  if (!stored)
    throw new StorageFailure('The raw-mail bucket', {
      cause: new Error('Raw mail existed when it was written but not when it was read'),
    })
  return (await sha256Of(stored)) === sha256() ? 'stored' : 'differs'
}
