import { api, versionedBodyOf } from '../../api/client.ts'
import type { components } from '../../api/schema.d.ts'
import { bodyOf } from './draft/body.ts'
import type { AccountDraft } from './draft/draft.ts'

export type SavedAccount = components['schemas']['SavedAccount']

export interface Stored {
  readonly value: components['schemas']['Account']
  readonly etag: string
}

/** @param stored the version that the change is about; undefined for a new account */
export const saveAccount = (
  draft: AccountDraft,
  stored: Stored | undefined,
): Promise<{ value: SavedAccount; etag: string }> => {
  const body = bodyOf(draft)
  if (!stored) return versionedBodyOf(api.POST('/accounts', { body }))
  return versionedBodyOf(
    api.PUT('/accounts/{accountId}', {
      params: { path: { accountId: stored.value.accountId }, header: { 'If-Match': stored.etag } },
      body,
    }),
  )
}
