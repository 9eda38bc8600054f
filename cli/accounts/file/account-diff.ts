import { isDeepStrictEqual } from 'node:util'
import { mailboxKeyOf } from '../../../lib/accounts/mailbox-key.ts'
import { passwordAgain } from '../../../lib/accounts/password-again.ts'
import { accountName, byMailbox, type DescribedAccount, type StoredAccount } from './described-account.ts'

/**
 * What tells mailboxes apart (type within its family, host, mailbox, folder) is not changed by them: another mailbox is another account. With
 * OAuth2 another user may consent to the same one.
 */
export const changeableFields = [
  'oauth2Profile',
  'username',
  'mailbox',
  'type',
  'port',
  'queue',
  'trusted',
  'validity',
  'afterFetch',
  'maxMessageSize',
  'tooLarge',
  'startFrom',
  'comment',
  'customCa',
] as const
export type ChangeableField = (typeof changeableFields)[number]

export type AccountStep =
  | { readonly kind: 'create'; readonly name: string; readonly wanted: DescribedAccount }
  | {
      readonly kind: 'change'
      readonly name: string
      readonly current: StoredAccount
      readonly wanted: DescribedAccount
      readonly fields: readonly ChangeableField[]
    }
  | { readonly kind: 'delete'; readonly name: string; readonly current: StoredAccount }
  /** As described, or not described and left alone. */
  | { readonly kind: 'nothing'; readonly name: string; readonly described: boolean }

interface DiffOptions {
  /** Whether accounts that are not described go. */
  readonly prune: boolean
}

/** What makes the accounts there are into those described, by host and username. */
export const diffAccounts = (
  current: readonly StoredAccount[],
  wanted: readonly DescribedAccount[],
  { prune }: DiffOptions,
): AccountStep[] => {
  const stored = new Map(current.map((account) => [mailboxKeyOf(account), account]))
  const described = new Set(wanted.map(mailboxKeyOf))
  const surplus = current.filter((account) => !described.has(mailboxKeyOf(account)))
  const steps = [
    ...wanted.map((account) => ({ account, step: stepFor(stored.get(mailboxKeyOf(account)), account) })),
    ...surplus.map((account) => ({ account, step: surplusStep(account, prune) })),
  ]
  return steps.sort((one, other) => byMailbox(one.account, other.account)).map(({ step }) => step)
}

export const changedFields = (current: DescribedAccount, wanted: DescribedAccount): ChangeableField[] =>
  changeableFields.filter((field) => !isDeepStrictEqual(current[field], wanted[field]))

/** Whether a step takes a password: of a new account, or of one whose stored one does not serve what it becomes; never with OAuth2. */
export const takesPassword = (step: AccountStep): boolean => {
  if (step.kind === 'create') return step.wanted.oauth2Profile === undefined
  return step.kind === 'change' && whyPassword(step.current, step.wanted) !== undefined
}

/** Why a change needs the password, in words; undefined where it does not. */
export const whyPassword = (current: StoredAccount, wanted: DescribedAccount): string | undefined => {
  if (wanted.oauth2Profile) return undefined
  return current.oauth2Profile ? 'is needed: it logs in with one from now on' : passwordAgain(current, wanted)
}

const stepFor = (current: StoredAccount | undefined, wanted: DescribedAccount): AccountStep => {
  const name = accountName(wanted)
  if (!current) return { kind: 'create', name, wanted }
  const fields = changedFields(current, wanted)
  return fields.length === 0
    ? { kind: 'nothing', name, described: true }
    : { kind: 'change', name, current, wanted, fields }
}

const surplusStep = (current: StoredAccount, prune: boolean): AccountStep => {
  const name = accountName(current)
  return prune ? { kind: 'delete', name, current } : { kind: 'nothing', name, described: false }
}
