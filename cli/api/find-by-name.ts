import * as z from 'zod'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'
import { profileAnswerSchema, providerAnswerSchema, queueAnswerSchema } from './answers.ts'
import type { ApiClient } from './client.ts'

/** Finds a queue by its name or id. @throws CliError that lists the existing queues */
export const queueNamed = (api: ApiClient, name: string) =>
  found(api.list('/queues?limit=100', queueAnswerSchema), name, 'queue', (one) => one.queueId)

/** Finds a provider by its name or id. @throws CliError that lists the existing names */
export const providerNamed = (api: ApiClient, name: string) =>
  found(api.list('/oauth2/providers?limit=100', providerAnswerSchema), name, 'OAuth2 provider', (one) => one.providerId)

/** Finds a profile by its name or id. @throws CliError that lists the existing names */
export const profileNamed = (api: ApiClient, name: string) =>
  found(api.list('/oauth2/profiles?limit=100', profileAnswerSchema), name, 'OAuth2 profile', (one) => one.profileId)

/** Finds a destination by its name or id. @throws CliError that lists the existing names */
export const destinationNamed = (api: ApiClient, name: string) =>
  found(api.list('/destinations?limit=100', destinationNameSchema), name, 'destination', (one) => one.destinationId)

const destinationNameSchema = z.looseObject({ destinationId: z.string(), name: z.string() })

const found = async <T extends { readonly name: string }>(
  list: AsyncIterable<T>,
  name: string,
  what: string,
  idOf: (one: T) => string,
): Promise<T> => {
  const matching: T[] = []
  const names: string[] = []
  for await (const one of list) {
    if (idOf(one) === name) return one
    if (one.name.toLowerCase() === name.toLowerCase()) matching.push(one)
    names.push(plain(one.name))
  }
  const [only, ...others] = matching
  if (only && others.length === 0) return only
  const plural = `${what.replace('OAuth2 ', '')}s`
  throw new CliError(
    only
      ? `There are ${matching.length} ${what}s with the name \`${plain(name)}\`. Use one of these ids instead: ${matching.map(idOf).join(', ')}.`
      : `There is no ${what} \`${plain(name)}\`. ${names.length === 0 ? `No ${plural} exist yet` : `Existing ${plural}: ${names.slice(0, 20).join(', ')}`}.`,
    exitCodes.usage,
  )
}
