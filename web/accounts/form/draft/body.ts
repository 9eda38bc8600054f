import type { components } from '../../../api/schema.d.ts'
import { accountTypes } from '../../account-types.ts'
import { type AccountDraft, bytesPerMegabyte } from './draft.ts'

export type AccountInput = components['schemas']['AccountInput']

/** @returns the request body that stores what the form shows. Fields that do not apply to the type are left out. */
export const bodyOf = (draft: AccountDraft): AccountInput => {
  const { isImap } = accountTypes[draft.type]
  const settings = {
    type: draft.type,
    username: draft.username.trim(),
    ...(draft.port.trim() !== '' && { port: Number(draft.port) }),
    ...(isImap && { folder: draft.folder || 'INBOX' }),
    trusted: draft.trusted,
    dispatching:
      draft.dispatchingBy === 'queue' ? { by: 'queue' as const, queueId: draft.queueId } : { by: 'to-field' as const },
    validity: draft.validity,
    comment: draft.comment,
    afterFetch: afterFetchOf(draft),
    tooLarge: tooLargeOf(draft),
    startFrom: draft.startFrom === 'since' ? { since: draft.since } : draft.startFrom,
    ...(draft.maxMessageSize.trim() !== '' && {
      maxMessageSize: Math.round(Number(draft.maxMessageSize) * bytesPerMegabyte),
    }),
    ...(draft.customCa.trim() !== '' && { customCa: draft.customCa }),
  }
  const host = draft.host.trim()
  if (draft.authentication === 'password')
    return {
      ...settings,
      authentication: 'password',
      host,
      ...(draft.password !== '' && { password: draft.password }),
    }
  const mailbox = draft.mailbox.trim()
  return {
    ...settings,
    authentication: 'oauth2',
    profileId: draft.profileId,
    ...(host !== '' && { host }),
    ...(mailbox !== '' && { mailbox }),
  }
}

/** @returns the body for a connection test, in which settings that do not affect the connection have their defaults */
export const testBodyOf = (draft: AccountDraft): AccountInput =>
  bodyOf({
    ...draft,
    dispatchingBy: 'to-field',
    afterFetch: 'keep',
    startFrom: 'everything',
    tooLarge: 'leave',
    maxMessageSize: '',
    comment: '',
  })

/** POP3 has no folders, so a choice that was made for IMAP becomes the default. */
const afterFetchOf = ({ type, afterFetch, moveTo }: AccountDraft) => {
  if (afterFetch !== 'move') return { action: afterFetch }
  return accountTypes[type].isImap ? { action: afterFetch, folder: moveTo } : { action: 'delete' as const }
}

const tooLargeOf = ({ type, tooLarge, tooLargeTo }: AccountDraft) => {
  if (tooLarge !== 'move') return { action: tooLarge }
  return accountTypes[type].isImap ? { action: tooLarge, folder: tooLargeTo } : { action: 'leave' as const }
}
