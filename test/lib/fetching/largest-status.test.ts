import { expect, it } from 'vitest'
import type { AccountStatus } from '../../../lib/accounts/account-status.ts'
import { markOf } from '../../../lib/fetching/identity.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import { itemSizeOf } from '../../support/item-size.ts'

/** DynamoDB accepts rows of 400 KB. The rest is for times, messages and the fields that dispatch writes. */
const rowLimit = (400 - 10) * 1024
/** The maximum length in POP3 listings. */
const longUidl = (number: number) => String(number).padStart(256, 'u')

const marks = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    markOf({ uid: longUidl(index), uidIsStable: true, size: 1, flaggedDeleted: false }),
  )

it('a status that reaches every limit with the longest UIDLs fits into a DynamoDB row', () => {
  const status: AccountStatus = {
    accountId: 'account-1',
    resume: {
      startSight: { mailbox: 'm', seen: 'x'.repeat(8 * limits.seenAtStart) },
      ignoredRemovals: { actions: 'a', counts: 'x'.repeat(9 * limits.ignoredRemovalsKept) },
      suspects: marks(limits.suspects),
      inFlight: marks(limits.inFlight + limits.storesUnderWay),
      reportedTooLarge: Array.from({ length: limits.reportedTooLarge }, () => 'f'.repeat(64)),
      largerThanListed: Array.from({ length: limits.largerThanListed }, (_, index) => ({
        uid: longUidl(index),
        listed: 100_000_000,
        size: 100_000_000,
      })),
    },
  }
  expect(itemSizeOf({ ...status })).toBeLessThan(rowLimit)
})

it('each message with a long UIDL has a distinct mark', () => {
  expect(new Set(marks(1_000)).size).toBe(1_000)
})
