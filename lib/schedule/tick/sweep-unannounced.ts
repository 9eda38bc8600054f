import pLimit from 'p-limit'
import { announcedMarkOf } from '../../messages/store/message-ledger.ts'
import { writesSideBySide } from '../../tables/tables.ts'
import type { DispatchServices } from './dispatch-services.ts'

/** A part of a run marks its announcements at the latest when it ends, which is within nine minutes. */
const unannouncedAfter = 15 * 60_000

/**
 * Announces stored messages whose announcement was never confirmed.
 *
 * @returns how many were announced, and how many failed and are left for the next tick
 */
export const sweepUnannounced = async (
  { ledger, announcer, now }: Pick<DispatchServices, 'ledger' | 'announcer' | 'now'>,
  mayGoOn: () => boolean,
): Promise<{ readonly announced: number; readonly failed: number }> => {
  const side = pLimit(writesSideBySide)
  let announced = 0
  let failed = 0
  for await (const messages of ledger.unannounced(new Date(now().getTime() - unannouncedAfter).toISOString())) {
    const outcomes = await side.map(messages, async (message) => {
      try {
        await announcer.announce(message)
        await ledger.markAnnounced(announcedMarkOf(message, now().toISOString()))
        return true
      } catch {
        // The caller counts and reports this. The row stays in the sparse index, so the next tick tries again.
        return false
      }
    })
    announced += outcomes.filter(Boolean).length
    failed += outcomes.filter((outcome) => !outcome).length
    if (!mayGoOn()) break
  }
  return { announced, failed }
}
