import { isDeepStrictEqual } from 'node:util'
import { passwordAgain } from '../../../lib/accounts/input/password-again.ts'
import { type AccountAnswer, accountAnswerSchema } from '../../api/answers.ts'
import type { ApiClient } from '../../api/client.ts'
import { accountPath } from '../../api/paths.ts'
import { CliError } from '../../terminal/cli-error.ts'
import { interruptible } from '../../terminal/interruptible.ts'
import { type DialogueServices, openDialogue } from './open-dialogue.ts'
import type { AccountDraft } from './settings/draft.ts'
import { passwordSetting } from './settings/login-settings.ts'
import type { Choice } from './settings/questions.ts'
import type { Dialogue } from './settings/setting.ts'
import { chooseSetting } from './settings/settings.ts'
import { givenUp, untilConnected } from './until-connected.ts'

export interface EditServices extends DialogueServices {
  readonly api: Pick<ApiClient, 'get' | 'getVersioned' | 'post' | 'all' | 'patch'>
}

/** The changed account and the names of the changed fields. */
export interface Edited {
  readonly account: AccountAnswer
  readonly fields: readonly string[]
}

/**
 * Lets the user change an account setting by setting. A changed connection is tested before it is saved.
 * @throws CliError if the user leaves without saving
 */
export const editByDialogue = async (services: EditServices, accountId: string): Promise<Edited> => {
  let isSaving = false
  const outcome = () =>
    isSaving
      ? `The changes may have been saved. Check with: postmaster accounts show ${accountId}`
      : 'Nothing was saved.'
  return await interruptible(outcome, async () => {
    // After a refusal, the account is read again, because another admin may have changed it in the meantime.
    for (let changes: AccountDraft = {}; ; ) {
      const { value, etag } = await services.api.getVersioned(accountPath(accountId), accountAnswerSchema)
      const stored = draftOf(value)
      const dialogue = await openDialogue(services, { accountId, draft: stored })
      let draft = await changeSettings(stored, { ...stored, ...changes }, dialogue)
      draft = await withPassword(stored, draft, dialogue)
      draft = await untilConnected(draft, dialogue)
      const patch = patchOf(stored, draft)
      isSaving = true
      const account = await save(services.api, accountPath(accountId), patch, etag, dialogue)
      if (account) return { account, fields: Object.keys(patch) }
      isSaving = false
      changes = changesOf(stored, draft)
    }
  })
}

const draftOf = (account: AccountAnswer): AccountDraft => {
  const { dispatching, oauth2 } = account
  return {
    type: account.type,
    host: account.host,
    port: account.port,
    authentication: account.authentication,
    profileId: oauth2?.profileId,
    username: account.username,
    mailbox: account.mailbox,
    folder: account.folder,
    trusted: account.trusted,
    dispatching: dispatching.by === 'queue' ? { by: 'queue', queueId: dispatching.queueId } : { by: 'to-field' },
    validity: account.validity,
    comment: account.comment,
    afterFetch: account.afterFetch,
    tooLarge: account.tooLarge,
    startFrom: account.startFrom,
    customCa: account.customCa,
  }
}

const changesOf = (stored: AccountDraft, draft: AccountDraft): AccountDraft => {
  const before = new Map(Object.entries(stored))
  return Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => !isDeepStrictEqual(before.get(name) ?? null, value ?? null)),
  )
}

/** @returns a merge patch (RFC 7396) */
const patchOf = (stored: AccountDraft, draft: AccountDraft): Record<string, unknown> =>
  Object.fromEntries(Object.entries(changesOf(stored, draft)).map(([name, value]) => [name, value ?? null]))

const changeSettings = async (stored: AccountDraft, draft: AccountDraft, dialogue: Dialogue): Promise<AccountDraft> => {
  let current = draft
  for (;;) {
    const { length } = Object.keys(patchOf(stored, current))
    const save: Choice<'save'>[] = length === 0 ? [] : [{ value: 'save', name: 'nothing else, save the changes' }]
    const stop = { value: 'stop', name: 'leave without saving' } as const
    const chosen = await chooseSetting(current, dialogue, [...save, stop], length === 0 ? undefined : 'save')
    if (chosen === 'stop') throw givenUp()
    if (chosen === 'save') return current
    current = { ...current, ...(await chosen.ask(current, dialogue)) }
  }
}

/** The API needs the password again before it sends it to another server. */
const withPassword = async (stored: AccountDraft, draft: AccountDraft, dialogue: Dialogue): Promise<AccountDraft> => {
  const { host = '', type = 'IMAPS', password } = draft
  if (draft.authentication !== 'password' || password !== undefined) return draft
  const why =
    stored.authentication === 'password'
      ? passwordAgain({ host: stored.host ?? '', type: stored.type ?? 'IMAPS' }, { host, type })
      : 'is required, because the account has logged in with OAuth2 so far'
  if (why === undefined) return draft
  dialogue.say(`The password ${why}.`)
  return { ...draft, ...(await passwordSetting.ask(draft, dialogue)) }
}

/** @returns undefined if the API refuses the change. The reason is then shown. */
const save = async (
  api: Pick<ApiClient, 'patch'>,
  path: string,
  patch: Record<string, unknown>,
  etag: string,
  { say }: Dialogue,
): Promise<AccountAnswer | undefined> => {
  try {
    return await api.patch(path, patch, etag, accountAnswerSchema)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    say(error.message)
    say('Your changes are kept. The list shows them with the account as it is now.')
    return undefined
  }
}
