import { type AccountAnswer, accountAnswerSchema } from '../../api/answers.ts'
import type { ApiClient } from '../../api/client.ts'
import { accountPath } from '../../api/paths.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { type AccountStep, type ChangeableField, changedFields, takesPassword } from './account-diff.ts'
import { fileAccountOf } from './account-file-schema.ts'
import { accountName, type DescribedAccount } from './described-account.ts'
import { storedAccountOf, storedAccountSchema } from './stored-accounts.ts'

/** Carries out one step. @returns the account if it was saved. @throws CliError if the API rejects it */
export const applyStep = async (
  step: AccountStep,
  passwords: ReadonlyMap<string, string>,
  api: ApiClient,
): Promise<AccountAnswer | undefined> => {
  switch (step.kind) {
    case 'create': {
      const { queue: _queue, oauth2Profile: _profile, ...fields } = fileAccountOf(step.wanted)
      const login = { ...loginOf(step.wanted), ...passwordFor(step, passwords) }
      const body = { ...fields, dispatching: dispatchingOf(step.wanted), ...login }
      return await api.post('/accounts', body, accountAnswerSchema)
    }
    case 'change': {
      const { current, etag } = await currentAccount(step.current.accountId, step.name, api)
      const patch = mergePatchOf(step.wanted, changedFields(current, step.wanted))
      if (patch === undefined) return undefined
      const body = { ...patch, ...passwordFor(step, passwords) }
      return await api.patch(accountPath(current.accountId), body, etag, accountAnswerSchema)
    }
    case 'delete': {
      const { current, etag } = await currentAccount(step.current.accountId, step.name, api)
      await api.delete(accountPath(current.accountId), etag)
      return undefined
    }
    case 'nothing':
      return undefined
  }
}

/** Reads the account and its ETag again, because it may have been changed since the list was read. */
const currentAccount = async (accountId: string, name: string, api: ApiClient) => {
  const { value, etag } = await api.getVersioned(accountPath(accountId), storedAccountSchema)
  const current = storedAccountOf(value)
  if (accountName(current) !== name)
    throw new CliError('This account has just been changed to another mailbox. Try again.', exitCodes.failed)
  return { current, etag }
}

/** @returns a JSON Merge Patch (RFC 7396), or undefined if nothing differs */
export const mergePatchOf = (
  wanted: DescribedAccount,
  fields: readonly ChangeableField[],
): Record<string, unknown> | undefined => {
  if (fields.length === 0) return undefined
  // With a new type, the API sets the type's default port unless the patch contains one.
  const named = new Set<ChangeableField>(fields.includes('type') ? [...fields, 'port'] : fields)
  const changes = [...named].flatMap((field): Array<readonly [string, unknown]> => {
    if (field === 'queue') return [['dispatching', dispatchingOf(wanted)]]
    if (field === 'oauth2Profile') return Object.entries(loginOf(wanted))
    return [[field, wanted[field] ?? null]]
  })
  return Object.fromEntries(changes)
}

const loginOf = ({ oauth2Profile }: DescribedAccount) =>
  oauth2Profile ? { authentication: 'oauth2', profileId: oauth2Profile.profileId } : { authentication: 'password' }

const passwordFor = (step: AccountStep, passwords: ReadonlyMap<string, string>) => {
  const password = takesPassword(step) ? passwords.get(step.name) : undefined
  return password === undefined ? {} : { password }
}

const dispatchingOf = ({ queue }: DescribedAccount) =>
  queue === undefined ? { by: 'to-field' } : { by: 'queue', queueId: queue.queueId }
