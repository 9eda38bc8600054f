import * as z from 'zod'
import type { Account, AccountReader } from '../accounts/account.ts'
import { type AccountInput, parseAccountInput } from '../accounts/account-input.ts'
import { type AccountSettings, settingsOf } from '../accounts/account-settings.ts'
import { passwordAgain } from '../accounts/password-again.ts'
import { readAccount } from '../accounts/read-account.ts'
import { giveReceipt, type ReceiptServices, type TestReceiptWriter } from '../accounts/test-receipt.ts'
import type { MailboxSettings } from '../mailbox/mailbox.ts'
import { mailboxErrorCatalogue } from '../mailbox/mailbox-error.ts'
import type { ConnectionTest } from '../mailbox/probe/connection-test.ts'
import { StepLog } from '../mailbox/probe/step-log.ts'
import { invalidRequest } from '../requests/parse-request.ts'
import type { SecretStore } from '../secrets/secret-store.ts'

export interface ConnectionTestServices {
  readonly accounts: Pick<AccountReader, 'read'>
  readonly secrets: Pick<SecretStore, 'readPassword'>
  readonly probe: (settings: MailboxSettings) => Promise<ConnectionTest>
}

/** Tests an account as it is stored. @throws ProblemError `not-found` */
export const testAccount = async (accountId: string, services: ConnectionTestServices): Promise<ConnectionTest> => {
  const account = await readAccount(accountId, services)
  const password = await passwordIn(account, services)
  return password === undefined ? withoutPassword() : await services.probe(mailboxOf(account, password))
}

const accountIdSchema = z.object({ accountId: z.string().min(1).max(64) })

/**
 * Tests an account as it would be sent, without saving anything. With `accountId` it is a change of that account, and the password may be left
 * out as for a change. @throws ProblemError `invalid-request`, `not-found`
 */
export const testInput = async (
  { accountId, ...raw }: Readonly<Record<string, unknown>>,
  services: ConnectionTestServices & GivesReceipts,
): Promise<ConnectionTest & { readonly receipt?: string }> => {
  const changes = accountId !== undefined
  // Its queue has nothing to do with the connection, and is looked at when the account is saved.
  const input = await parseAccountInput(raw, {
    withoutPassword: changes ? undefined : 'is missing',
    checkQueue: async () => undefined,
  })
  const settings = settingsOf(input)
  if (!changes) {
    const password = passwordOf(input)
    const result = await services.probe(mailboxOf(settings, password))
    return result.passed ? { ...result, receipt: await receiptFor({ ...input, password }, result, services) } : result
  }
  const named = accountIdSchema.safeParse({ accountId })
  if (!named.success) throw invalidRequest([{ path: '/accountId', message: 'is not the id of an account' }])
  const account = await readAccount(named.data.accountId, services)
  const password = input.password ?? (await storedPassword(account, settings, services))
  return password === undefined ? withoutPassword() : await services.probe(mailboxOf(settings, password))
}

type GivesReceipts = ReceiptServices & { readonly receipts: TestReceiptWriter }

const receiptFor = (
  input: AccountInput & { readonly password: string },
  { waiting }: ConnectionTest,
  services: GivesReceipts,
): Promise<string> => {
  const { count = 0, oldestAt } = waiting ?? {}
  return giveReceipt(input, { count, ...(oldestAt !== undefined && { oldestAt }) }, services)
}

const passwordOf = ({ password }: AccountInput): string => {
  if (password === undefined) throw invalidRequest([{ path: '/password', message: 'is missing' }])
  return password
}

/** Whoever may test may name any host; a stored password goes only where its owner sent it. */
const storedPassword = async (account: Account, settings: AccountSettings, services: ConnectionTestServices) => {
  const message = passwordAgain(account, settings)
  if (message !== undefined) throw invalidRequest([{ path: '/password', message }])
  return await passwordIn(account, services)
}

const passwordIn = async ({ accountId, credential }: Account, { secrets }: ConnectionTestServices) =>
  credential.method === 'password' ? await secrets.readPassword(accountId, credential.secretVersion) : undefined

const mailboxOf = (
  { type, host, port, username, folder = 'INBOX', customCa }: AccountSettings,
  password: string,
): MailboxSettings => ({ type, host, port, folder, customCa, credential: { method: 'password', username, password } })

/** Nothing was tried: without a password there is nothing to log in with. */
const withoutPassword = (): ConnectionTest => {
  const steps = new StepLog()
  const { words, remedy } = mailboxErrorCatalogue['credential-missing']
  for (const step of ['resolve', 'address', 'connect', 'tls'] as const) steps.skipped(step, 'Not tried.')
  return { passed: false, steps: steps.ended({ code: 'credential-missing', words, remedy }) }
}
