import * as z from 'zod'
import type { AccountReader } from '../accounts/account.ts'
import { type AccountInput, parseAccountInput } from '../accounts/account-input.ts'
import { type AccountSettings, settingsOf } from '../accounts/account-settings.ts'
import type { OAuth2Rules } from '../accounts/oauth2-rules.ts'
import { passwordAgainFor } from '../accounts/password-again.ts'
import { readAccount } from '../accounts/read-account.ts'
import { giveReceipt, type ReceiptServices, type TestReceiptWriter } from '../accounts/test-receipt.ts'
import type { MailboxSettings } from '../mailbox/mailbox.ts'
import type { ConnectionTest } from '../mailbox/probe/connection-test.ts'
import type { ProbeOptions } from '../mailbox/probe/probe-mailbox.ts'
import type { LoginNotTried } from '../mailbox/probe/without-login.ts'
import { invalidRequest } from '../requests/parse-request.ts'
import { type LoginServices, loginOfAccount, loginOfInput } from './test-login.ts'
import type { TestedLogin } from './tested-login.ts'

export interface ConnectionTestServices extends LoginServices, OAuth2Rules {
  readonly accounts: Pick<AccountReader, 'read'>
  readonly probe: (settings: MailboxSettings, options?: Pick<ProbeOptions, 'withoutLogin'>) => Promise<ConnectionTest>
}

/** Tests an account as it is stored. @throws ProblemError `not-found` */
export const testAccount = async (accountId: string, services: ConnectionTestServices): Promise<ConnectionTest> => {
  const account = await readAccount(accountId, services)
  return await tryLogin(account, await loginOfAccount(account, services), services)
}

type GivesReceipts = ReceiptServices & { readonly receipts: TestReceiptWriter }

/**
 * Tests an account as it would be sent, without saving anything. With `accountId` it is a change of that account, and what is stored for it
 * serves as it would after the change. @throws ProblemError `invalid-request`, `not-found`
 */
export const testInput = async (
  { accountId, ...raw }: Readonly<Record<string, unknown>>,
  services: ConnectionTestServices & GivesReceipts,
): Promise<ConnectionTest & { readonly receipt?: string }> => {
  const account = accountId === undefined ? undefined : await readAccount(accountIdOf(accountId), services)
  const input = await parseAccountInput(raw, {
    ...services,
    withoutPassword: account ? passwordAgainFor(account, raw) : 'is missing',
    // Its queue has nothing to do with the connection, and is looked at when the account is saved.
    checkQueue: async () => undefined,
  })
  const result = await tryLogin(settingsOf(input), await loginOfInput(input, account, services), services)
  return result.passed && !account ? { ...result, receipt: await receiptFor(input, result, services) } : result
}

const accountIdSchema = z.string().min(1).max(64)

const accountIdOf = (accountId: unknown): string => {
  const named = accountIdSchema.safeParse(accountId)
  if (!named.success) throw invalidRequest([{ path: '/accountId', message: 'is not the id of an account' }])
  return named.data
}

const receiptFor = (input: AccountInput, { waiting }: ConnectionTest, services: GivesReceipts): Promise<string> => {
  const { count = 0, oldestAt } = waiting ?? {}
  return giveReceipt(input, { count, ...(oldestAt !== undefined && { oldestAt }) }, services)
}

const tryLogin = async (
  { type, host, port, folder = 'INBOX', customCa }: AccountSettings,
  { credential, withoutLogin, another }: TestedLogin,
  { probe }: ConnectionTestServices,
): Promise<ConnectionTest> => {
  const mailbox = { type, host, port, folder, customCa }
  const result = await probe({ ...mailbox, credential }, withoutLogin && { withoutLogin })
  // As in a fetch: a provider may end a token before its time, and gives another one.
  const renewed = tokenRefused(result) ? await another?.() : undefined
  if (!renewed) return result
  return 'method' in renewed ? await probe({ ...mailbox, credential: renewed }) : withCause(result, renewed)
}

/** That there is no other token says more than that the mail server took this one no longer. */
const withCause = (result: ConnectionTest, cause: LoginNotTried): ConnectionTest => ({
  ...result,
  steps: result.steps.map((step) => (step.code === refused ? { ...step, ...cause } : step)),
})

const refused = 'token-refused'
const tokenRefused = ({ steps }: ConnectionTest): boolean => steps.some(({ code }) => code === refused)
