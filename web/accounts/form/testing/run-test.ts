import { api, bodyOf } from '../../../api/client.ts'
import type { components } from '../../../api/schema.d.ts'
import { testBodyOf } from '../draft/body.ts'
import type { AccountDraft } from '../draft/draft.ts'

export type ConnectionTest = components['schemas']['ConnectionTest']
export type WaitingMail = components['schemas']['WaitingMail']
export type TestedStep = components['schemas']['TestedStep']

/**
 * Tests the settings as they are typed. A stored account's password or consent is used if it would be kept.
 * @param accountId undefined for a new account
 */
export const runTest = (accountId: string | undefined, draft: AccountDraft): Promise<ConnectionTest> => {
  const body = testBodyOf(draft)
  return accountId === undefined
    ? bodyOf(api.POST('/connection-test', { body }))
    : bodyOf(api.POST('/accounts/{accountId}/test', { params: { path: { accountId } }, body }))
}

/** Whether a later test could have another result. */
export const isSameConnection = (one: AccountDraft, other: AccountDraft): boolean =>
  JSON.stringify(testBodyOf(one)) === JSON.stringify(testBodyOf(other))

/** Without a saved account there is nothing to log in with yet, so a skipped login is not a failure. */
export const loginComesLater = ({ steps }: ConnectionTest): boolean =>
  steps.some(({ code }) => code === 'consent-missing' || code === 'not-saved') &&
  steps.every(({ state }) => state !== 'failed')
