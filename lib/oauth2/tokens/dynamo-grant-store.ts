import { type OnUnreadable, readableRows } from '../../tables/readable-rows.ts'
import type { Expression, Row, Table } from '../../tables/table.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import { type Grant, grantSchema } from './grant.ts'
import type { GrantIdentity, GrantStore, RefreshClaim, RefreshedTokens } from './grant-store.ts'

type GrantVersion = Pick<Grant, 'grantKey' | 'version'>

export class DynamoGrantStore implements GrantStore {
  readonly #table: Table
  readonly #onUnreadable: OnUnreadable | undefined

  constructor(table: Table, { onUnreadable }: { readonly onUnreadable?: OnUnreadable } = {}) {
    this.#table = table
    this.#onUnreadable = onUnreadable
  }

  async read(grantKey: string): Promise<Grant | undefined> {
    const row = await this.#table.get(grantKey)
    return row && grantSchema.parse(row)
  }

  async readMany(grantKeys: readonly string[]): Promise<Grant[]> {
    return readableRows(await this.#table.getMany(grantKeys), grantSchema, 'grantKey', this.#onUnreadable)
  }

  async replace(
    grant: Omit<Grant, 'version'>,
    { unlessOneHolds = false }: { readonly unlessOneHolds?: boolean } = {},
  ): Promise<boolean> {
    const { grantKey, ...wanted } = grant
    const gone = attributes.filter((name) => !(name in wanted))
    const change = changeOf({ ...wanted, ...Object.fromEntries(gone.map((name) => [name, undefined])) })
    return await this.#table.update(grantKey, change, unlessOneHolds ? noneHolds : undefined)
  }

  async claimRefresh(
    { grantKey, version }: GrantVersion,
    now: string,
    until: string,
  ): Promise<RefreshClaim | undefined> {
    const claimed = await this.#table.update(grantKey, changeOf({ refreshingUntil: until }), {
      text: '#version = :seen AND (attribute_not_exists(#refreshingUntil) OR #refreshingUntil < :now)',
      values: { seen: version, now },
    })
    // The condition fixes the version that the change increments, so the new version does not have to be read.
    return claimed ? { grantKey, version: version + 1, refreshingUntil: until } : undefined
  }

  async claimFirst(grantKey: string, identity: GrantIdentity, until: string): Promise<RefreshClaim | undefined> {
    const row = { ...identity, state: 'connected', refreshingUntil: until }
    const claimed = await this.#table.update(grantKey, changeOf(row), { text: 'attribute_not_exists(#grantKey)' })
    return claimed ? { grantKey, version: firstVersion, refreshingUntil: until } : undefined
  }

  async complete(claim: RefreshClaim, identity: GrantIdentity, tokens: RefreshedTokens): Promise<boolean> {
    const change = changeOf({
      ...identity,
      ...tokens,
      state: 'connected',
      failure: undefined,
      announcedAt: undefined,
      refreshingUntil: undefined,
    })
    return await this.#table.update(claim.grantKey, change, stillHeld(claim))
  }

  async release(claim: RefreshClaim): Promise<void> {
    await this.#table.update(claim.grantKey, changeOf({ refreshingUntil: undefined }), stillHeld(claim))
  }

  async markReauthorizationNeeded(
    grant: GrantVersion,
    { code, detail, remedy }: OAuth2Finding,
    at: string,
    { forget }: { readonly forget: boolean },
  ): Promise<boolean> {
    const change = changeOf({
      state: 're-authorization-needed',
      failure: { code, detail, remedy, at },
      announcedAt: undefined,
      refreshingUntil: undefined,
      ...(forget && { sealed: undefined, dataKey: undefined, accessExpiresAt: undefined }),
    })
    return await this.#table.update(grant.grantKey, change, versionIs(grant))
  }

  async markAnnounced(grant: GrantVersion, at: string): Promise<boolean> {
    return await this.#table.update(grant.grantKey, changeOf({ announcedAt: at }), versionIs(grant))
  }

  async remove(grantKey: string): Promise<void> {
    await this.#table.delete(grantKey)
  }

  async end(grantKey: string, at: string, version?: number): Promise<void> {
    const holds = 'attribute_exists(#grantKey) AND attribute_not_exists(#endedAt)'
    const condition =
      version === undefined ? { text: holds } : { text: `${holds} AND #version = :seen`, values: { seen: version } }
    await this.#table.update(grantKey, changeOf({ endedAt: at, refreshingUntil: undefined }), condition)
  }

  async *everything(): AsyncGenerator<Grant[]> {
    for await (const rows of this.#table.everything())
      yield readableRows(rows, grantSchema, 'grantKey', this.#onUnreadable)
  }

  async removeEnded({ grantKey, version, endedAt }: Pick<Grant, 'grantKey' | 'version' | 'endedAt'>): Promise<boolean> {
    return await this.#table.delete(grantKey, {
      text: '#version = :seen AND #endedAt = :ended',
      values: { seen: version, ended: endedAt },
    })
  }
}

/** The version that `changeOf` writes into a new row. */
const firstVersion = 1

/** All attributes except the key and the version, which every write handles separately. */
const attributes = Object.keys(grantSchema.shape).filter((name) => name !== 'grantKey' && name !== 'version')

/** Raises the version, sets the attributes with a value, and removes those that are present with `undefined`. */
const changeOf = (change: Readonly<Record<string, unknown>>): Expression => {
  const sets = Object.entries(change).filter(([, value]) => value !== undefined)
  const removed = Object.entries(change).filter(([, value]) => value === undefined)
  const set = ['#version = if_not_exists(#version, :zero) + :one', ...sets.map(([name]) => `#${name} = :${name}`)]
  const values: Row = { ...Object.fromEntries(sets), zero: 0, one: 1 }
  const remove = removed.length > 0 ? ` REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}` : ''
  return { text: `SET ${set.join(', ')}${remove}`, values }
}

/** Refers to the values of the change in the same update. See `lossOf`. */
const noneHolds: Expression = {
  text: ['state', 'profileId', 'grantEpoch', 'protocol', 'username', 'host']
    .map((name) => `#${name} <> :${name}`)
    .concat('attribute_exists(#endedAt)')
    .join(' OR '),
}

const versionIs = ({ version }: { readonly version: number }): Expression => ({
  text: '#version = :seen',
  values: { seen: version },
})

/** Checks both values, because a new row after a removal starts again with the first version. */
const stillHeld = ({ version, refreshingUntil }: RefreshClaim): Expression => ({
  text: '#version = :seen AND #refreshingUntil = :held',
  values: { seen: version, held: refreshingUntil },
})
