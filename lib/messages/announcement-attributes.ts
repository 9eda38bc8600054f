import { cutTo, printable } from '../text/printable.ts'
import type { Announcement } from './announcement.ts'

/**
 * In characters. The longest queue name has 200. Filter policies compare whole values, so no value that a consumer
 * filters by may be cut.
 */
const longestValue = 256

/**
 * The attributes that subscribers can filter by. Raw delivery to SQS drops a message with more than ten. SNS refuses
 * empty values and characters that XML cannot carry.
 */
export const announcementAttributes = (announcement: Announcement): Record<string, string> => ({
  version: String(announcement.version),
  queue: filterable(announcement.queue.name),
  queueId: filterable(announcement.queue.queueId),
  account: filterable(announcement.account.accountId),
  trusted: String(announcement.trusted),
  loop: String(announcement.loop),
  parsed: String(announcement.parsed),
  reason: filterable(announcement.reason.code),
})

const filterable = (text: string): string => cutTo(printable(text), longestValue) || '-'
