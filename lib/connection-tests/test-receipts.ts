import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { type AccountInput, settingsOf } from '../accounts/input/parse-account-input.ts'
import { ProblemError } from '../reasons/problem.ts'
import { timeField } from '../requests/documented-fields.ts'
import { TableStore } from '../tables/table-store.ts'
import type { Clock } from '../text/clock.ts'

/** The mail that was on the server when the connection was tested. */
export const testedMailSchema = z
  .object({
    count: z.int().meta({ description: 'The number of messages in the folder.', examples: [1204] }),
    oldestAt: timeField('When the oldest message arrived. IMAP only.', '2024-11-02T07:00:12.000Z').optional(),
  })
  .meta({ id: 'TestedMail', description: 'The mail that was on the server when the connection was tested.' })

/**
 * Proof of a passed connection test for the creation of the account. The row alone proves nothing, because only the
 * caller has the nonce.
 */
export const testReceiptSchema = z.object({
  testId: z.string(),
  /** HMAC of the tested settings, including the password or profile. */
  proof: z.string(),
  waiting: testedMailSchema,
  /** Epoch seconds. */
  expiresAt: z.int(),
})
export type TestReceipt = z.infer<typeof testReceiptSchema>

/** The receipts of the tests of the last minutes. */
export class TestReceipts extends TableStore {
  async put(receipt: TestReceipt): Promise<void> {
    await this.table.put(receipt)
  }

  /** @returns the receipt, which may have expired */
  async read(testId: string): Promise<TestReceipt | undefined> {
    const row = await this.table.get(testId)
    return row && testReceiptSchema.parse(row)
  }
}

/** Long enough to read the result and finish a form, and short enough that the server has hardly changed. */
const secondsValid = 15 * 60

export interface ReceiptServices {
  readonly now: Clock
  readonly newId: () => string
}

/** Stores that these settings passed the test. @returns the caller's receipt, `<id>.<nonce>` */
export const giveReceipt = async (
  input: AccountInput,
  waiting: TestReceipt['waiting'],
  { receipts, now, newId }: ReceiptServices & { readonly receipts: Pick<TestReceipts, 'put'> },
): Promise<string> => {
  const testId = newId()
  const nonce = randomBytes(32).toString('base64url')
  const expiresAt = Math.floor(now().getTime() / 1000) + secondsValid
  await receipts.put({ testId, proof: proofOf(input, nonce), waiting, expiresAt })
  return `${testId}.${nonce}`
}

/** Checks that an account with these settings passed a recent test. @throws ProblemError `connection-test-missing` */
export const checkReceipt = async (
  receipt: string,
  input: AccountInput,
  { receipts, now }: Pick<ReceiptServices, 'now'> & { readonly receipts: Pick<TestReceipts, 'read'> },
): Promise<TestReceipt['waiting']> => {
  const [testId = '', nonce = ''] = receipt.split('.')
  const row = testId === '' || nonce === '' ? undefined : await receipts.read(testId)
  if (!row || row.expiresAt * 1000 <= now().getTime())
    throw new ProblemError(
      'connection-test-missing',
      'The receipt does not belong to a connection test of the last 15 minutes.',
    )
  if (!same(row.proof, proofOf(input, nonce)))
    throw new ProblemError('connection-test-missing', 'The receipt belongs to a connection test with other settings.')
  return row.waiting
}

/**
 * Covers only the settings that affect the connection. Others, like the comment, may change between test and creation.
 */
const proofOf = (input: AccountInput, nonce: string): string => {
  const { type, host, port, username, mailbox, folder, customCa } = settingsOf(input)
  const by = input.authentication === 'oauth2' ? { profileId: input.profileId } : { password: input.password }
  const tested = JSON.stringify([type, host, port, username, mailbox ?? null, folder ?? null, customCa ?? null, by])
  return createHmac('sha256', nonce).update(tested).digest('base64url')
}

const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
