import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { Actor } from '../../audit/audit-entry.ts'
import type { AuditTrail } from '../../audit/audit-trail.ts'
import { mergePatch } from '../../changes/merge-patch.ts'
import {
  type ChangeBy,
  changeVersioned,
  createVersioned,
  firstStamp,
  type Versioned,
} from '../../changes/versioned-change.ts'
import { ProblemError } from '../../reasons/problem.ts'
import { listPositionSchema } from '../../tables/list-by-kind.ts'
import type { Clock } from '../../text/clock.ts'
import { builtInProviderIds, shippedSettings } from './built-in-providers.ts'
import { type Provider, type ProviderSettings, providerSettingsSchema } from './provider.ts'
import { type ProviderRules, parseProviderInput } from './provider-rules.ts'
import type { ProviderStore } from './provider-store.ts'
import { type ProfilesOfProvider, refuseBreakingChange, refuseWhileUsed } from './provider-use.ts'
import { type ProviderView, providerViewOf } from './provider-view.ts'

/** The dependencies of this file's use cases. */
export interface ProviderServices extends ProviderRules {
  readonly providers: ProviderStore
  readonly profiles: ProfilesOfProvider
  readonly audit: AuditTrail
  readonly now: Clock
  readonly newId: () => string
}

export interface ProviderChange extends ChangeBy {
  readonly providerId: string
}

/** Creates a custom provider. @throws ProblemError `invalid-request` */
export const createProvider = async (
  services: ProviderServices,
  raw: unknown,
  by: Actor,
): Promise<Versioned<ProviderView>> => {
  const input = parseProviderInput(raw, services)
  const stamp = firstStamp(services.now(), by)
  const thing: Provider = { providerId: services.newId(), kind: 'custom', ...input, ...stamp }
  await createVersioned(services, { thing, audited, by }, async () => {
    await services.providers.create(thing)
    return true
  })
  return providerViewOf(thing)
}

/** @throws ProblemError `not-found` */
export const readProvider = async (services: ProviderServices, providerId: string): Promise<Versioned<ProviderView>> =>
  providerViewOf(await existing(services, providerId))

/** The number of built-in providers that have been listed, or the position in the list of custom providers. */
export const providerCursorSchema = z.union([
  z.strictObject({ builtIn: z.int().min(1).max(builtInProviderIds.length) }),
  listPositionSchema,
])
export type ProviderCursor = z.infer<typeof providerCursorSchema>

/** Lists the built-in providers first and then the custom ones by name. A page can contain both. */
export const listProviders = async (
  { providers }: Pick<ProviderServices, 'providers'>,
  { limit, cursor }: { limit: number; cursor?: ProviderCursor | undefined },
): Promise<{ items: ProviderView[]; next?: ProviderCursor }> => {
  const listed = cursor === undefined ? 0 : 'builtIn' in cursor ? cursor.builtIn : builtInProviderIds.length
  const ids = builtInProviderIds.slice(listed, listed + limit)
  const builtIn = (await providers.readMany(ids)).map((provider) => providerViewOf(provider).view)
  const room = limit - ids.length
  if (room === 0) return { items: builtIn, next: { builtIn: listed + ids.length } }
  const after = cursor && 'key' in cursor ? cursor : undefined
  const page = await providers.list({ limit: room, after })
  const custom = page.providers.map((provider) => providerViewOf(provider).view)
  return { items: [...builtIn, ...custom], ...(page.next && { next: page.next }) }
}

/**
 * Replaces a provider. Omitted fields return to their defaults, which Postmaster ships for a built-in provider.
 * @throws the same errors as `rewrite`
 */
export const replaceProvider = async (services: ProviderServices, change: ProviderChange, raw: unknown) =>
  await rewrite(services, change, () => raw)

/**
 * Applies a JSON Merge Patch to the provider. A field set to null returns to its default.
 * @throws the same errors as `rewrite`
 */
export const changeProvider = async (services: ProviderServices, change: ProviderChange, patch: unknown) =>
  await rewrite(services, change, ({ kind: _, ...current }) => mergePatch(current, patch))

/**
 * Deletes a custom provider, or resets a built-in one to the shipped defaults.
 * @throws ProblemError `not-found`, `provider-in-use`, `changed-meanwhile`
 */
export const deleteProvider = async (
  services: ProviderServices,
  { providerId, ...change }: ProviderChange,
): Promise<void> => {
  const shipped = shippedSettings(providerId)
  await changeVersioned(services, changeable(services, providerId), change, async (provider, stamp) => {
    if (shipped && isDeepStrictEqual(providerSettingsSchema.parse(provider), shipped)) return { write: 'unchanged' }
    if (shipped) return await prepared(services, provider, { ...shipped, providerId, ...stamp() }, 'reset')
    await refuseWhileUsed(provider, services.profiles)
    return { write: () => services.providers.remove(providerId, provider.version) }
  })
}

/** @throws ProblemError `not-found`, `invalid-request`, `provider-in-use`, `changed-meanwhile` */
const rewrite = async (
  services: ProviderServices,
  { providerId, ...change }: ProviderChange,
  documentFrom: (settings: ProviderSettings) => unknown,
): Promise<Versioned<ProviderView>> => {
  const made = await changeVersioned(services, changeable(services, providerId), change, async (provider, stamp) => {
    const input = parseProviderInput(documentFrom(providerSettingsSchema.parse(provider)), services, providerId)
    const after = { kind: provider.kind, ...input, providerId, ...stamp() }
    return await prepared(services, provider, after, 'replace')
  })
  return providerViewOf(made.after)
}

const prepared = async (services: ProviderServices, before: Provider, after: Provider, how: 'replace' | 'reset') => {
  await refuseBreakingChange(before, after, services.profiles)
  return { after, write: () => services.providers[how](after, before.version) }
}

/** The reset of a built-in provider is recorded as a change. */
const audited = (provider: Provider) => ({
  subject: `/oauth2/providers/${provider.providerId}`,
  name: provider.name,
  fields: provider,
})

const changeable = (services: ProviderServices, providerId: string) => ({
  audited,
  read: () => existing(services, providerId),
})

const existing = async ({ providers }: ProviderServices, providerId: string): Promise<Provider> => {
  const provider = await providers.read(providerId)
  if (!provider) throw new ProblemError('not-found', 'There is no OAuth2 provider with this id.')
  return provider
}
