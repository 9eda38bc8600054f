import { isDeepStrictEqual } from 'node:util'
import { mailboxKeyOf } from '../../../lib/accounts/account-mailbox.ts'
import { passwordAgain } from '../../../lib/accounts/input/password-again.ts'
import { accountName, byMailbox, type DescribedAccount, type StoredAccount } from './described-account.ts'

/**
 * The fields that a change can contain. They never turn an account into a different one: protocol, host, mailbox and
 * folder identify an account. With OAuth2, a different user can give consent for the same mailbox.
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
  /** The account matches the file, or it is not in the file and is left alone. */
  | { readonly kind: 'nothing'; readonly name: string; readonly described: boolean }

interface DiffOptions {
  /** True to delete accounts that are not in the file. */
  readonly prune: boolean
}

/** @returns the steps that make the stored accounts match the described ones, sorted by host and user name */
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

/**
 * @returns true for a step that needs a password: for a new account, or because the stored password cannot be used
 * after the change. OAuth2 accounts never need one.
 */
export const takesPassword = (step: AccountStep): boolean => {
  if (step.kind === 'create') return step.wanted.oauth2Profile === undefined
  return step.kind === 'change' && whyPassword(step.current, step.wanted) !== undefined
}

/** @returns why a change needs the password, or undefined if it does not */
export const whyPassword = (current: StoredAccount, wanted: DescribedAccount): string | undefined => {
  if (wanted.oauth2Profile) return undefined
  return current.oauth2Profile ? 'is needed: the account switches from OAuth2' : passwordAgain(current, wanted)
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
