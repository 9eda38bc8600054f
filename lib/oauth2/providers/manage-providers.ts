import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '../../audit/actor.ts'
import { assertVersion, changedMeanwhile, type ExpectedVersion } from '../../changes/expected-version.ts'
import { mergePatch } from '../../changes/merge-patch.ts'
import { changeRounds, creationStampOf, stampOf, type Versioned } from '../../changes/versioned-change.ts'
import { ProblemError } from '../../reasons/problem.ts'
import { providerIntention } from './audited-provider.ts'
import { settingsOfProvider, shippedSettings } from './built-in-providers.ts'
import type { Provider } from './provider.ts'
import { parseProviderInput } from './provider-input.ts'
import type { ProviderServices } from './provider-services.ts'
import { refuseBreakingChange, refuseWhileUsed } from './provider-use.ts'
import { type ProviderView, providerViewOf } from './provider-view.ts'
import { withShippedDefaults } from './shipped-defaults.ts'

export interface ProviderChange {
  readonly providerId: string
  readonly expected: ExpectedVersion
  readonly by: Actor
}

/** Creates a custom provider. @throws ProblemError `invalid-request` */
export const createProvider = async (
  services: ProviderServices,
  raw: unknown,
  by: Actor,
): Promise<Versioned<ProviderView>> => {
  const input = parseProviderInput(raw, services)
  const stamp = creationStampOf(services.now(), by)
  const provider: Provider = { providerId: services.newId(), kind: 'custom', ...input, version: 1, ...stamp }
  await services.audit.record(
    providerIntention('create', by, undefined, provider),
    () => services.providers.create(provider),
    () => true,
  )
  return providerViewOf(provider)
}

/** @throws ProblemError `not-found` */
export const readProvider = async (services: ProviderServices, providerId: string): Promise<Versioned<ProviderView>> =>
  providerViewOf(await existing(services, providerId))

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
export const deleteProvider = async (services: ProviderServices, change: ProviderChange): Promise<void> => {
  await repeated(services, change, async (provider) => {
    const shipped = shippedSettings(provider.providerId)
    if (shipped) {
      const asShipped = isDeepStrictEqual(settingsOfProvider(provider), shipped)
      const reset = stamped(services, provider, shipped, change.by)
      return asShipped || (await put(services, { previous: provider, provider: reset, by: change.by }, 'reset'))
    }
    await refuseWhileUsed(provider, services.profiles)
    const remove = () => services.providers.remove(provider.providerId, provider.version)
    return await services.audit.record(providerIntention('delete', change.by, provider, undefined), remove, Boolean)
  })
}

/** @throws ProblemError `not-found`, `invalid-request`, `provider-in-use`, `changed-meanwhile` */
const rewrite = async (
  services: ProviderServices,
  change: ProviderChange,
  documentFrom: (settings: ReturnType<typeof settingsOfProvider>) => unknown,
): Promise<Versioned<ProviderView>> =>
  await repeated(services, change, async (previous) => {
    const { providerId, kind } = previous
    const document = withShippedDefaults(providerId, documentFrom(settingsOfProvider(previous)))
    const input = { kind, ...parseProviderInput(document, services, shippedSettings(providerId)) }
    const provider = stamped(services, previous, input, change.by)
    return (await put(services, { previous, provider, by: change.by }, 'replace')) && providerViewOf(provider)
  })

const put = async (
  services: ProviderServices,
  { previous, provider, by }: { readonly previous: Provider; readonly provider: Provider; readonly by: Actor },
  how: 'replace' | 'reset',
) => {
  await refuseBreakingChange(previous, provider, services.profiles)
  const intention = providerIntention('change', by, previous, provider)
  return await services.audit.record(intention, () => services.providers[how](provider, previous.version), Boolean)
}

const stamped = (
  services: ProviderServices,
  previous: Provider,
  settings: ReturnType<typeof settingsOfProvider>,
  by: Actor,
): Provider => {
  const { providerId, createdAt, createdBy, createdBySub } = previous
  const created = { createdAt, createdBy, ...(createdBySub !== undefined && { createdBySub }) }
  return { ...settings, providerId, ...created, ...stampOf(services.now(), by), version: previous.version + 1 }
}

/**
 * Repeats `attempt` until it resolves to a value other than false. It must meet the expected version, or any version
 * with `*`.
 */
const repeated = async <Outcome>(
  services: ProviderServices,
  { providerId, expected }: ProviderChange,
  attempt: (previous: Provider) => Promise<Outcome | false>,
): Promise<Outcome> => {
  for (let round = 0; round < changeRounds; round += 1) {
    const previous = await existing(services, providerId)
    assertVersion(expected, previous.version)
    const outcome = await attempt(previous)
    if (outcome !== false) return outcome
    if (expected !== 'any') break
  }
  throw changedMeanwhile()
}

const existing = async ({ providers }: ProviderServices, providerId: string): Promise<Provider> => {
  const provider = await providers.read(providerId)
  if (!provider) throw new ProblemError('not-found', 'There is no OAuth2 provider with this id.')
  return provider
}
