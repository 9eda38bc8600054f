import pLimit from 'p-limit'
import { writesSideBySide } from '../tables/tables.ts'
import type { DispatchServices } from './dispatch-services.ts'

/** A run announces within seconds; after a quarter of an hour whoever stored the message is gone. */
const unannouncedAfter = 15 * 60_000

/** Announces what was stored but never confirmed. @returns how many were announced, and how many failed and stay for the next tick */
export const sweepUnannounced = async (
  { ledger, announcer, now }: DispatchServices,
  mayGoOn: () => boolean,
): Promise<{ readonly announced: number; readonly failed: number }> => {
  const side = pLimit(writesSideBySide)
  let announced = 0
  let failed = 0
  for await (const messages of ledger.unannounced(new Date(now() - unannouncedAfter).toISOString())) {
    const outcomes = await side.map(messages, async (message) => {
      try {
        await announcer.announce(message)
        await ledger.markAnnounced(message.messageId, new Date(now()).toISOString())
        return true
      } catch {
        // Counted and reported by the caller; the row stays in the sparse index, so the next tick tries again.
        return false
      }
    })
    announced += outcomes.filter(Boolean).length
    failed += outcomes.filter((outcome) => !outcome).length
    if (!mayGoOn()) break
  }
  return { announced, failed }
}
