import * as z from 'zod'
import { profileAnswerSchema, providerAnswerSchema, queueAnswerSchema } from '../answers.ts'
import type { ApiClient } from '../client.ts'
import { choose, type Kind } from './choose.ts'

/** Finds a queue by its name or a part of its id. @throws CliError that lists candidates */
export const queueNamed = (api: ApiClient, name: string) =>
  found(api.all('/queues?limit=100', queueAnswerSchema), name, queues, ({ queueId }) => queueId)

/** Finds a provider by its name or a part of its id. @throws CliError that lists candidates */
export const providerNamed = (api: ApiClient, name: string) =>
  found(api.all('/oauth2/providers?limit=100', providerAnswerSchema), name, providers, ({ providerId }) => providerId)

/** Finds a profile by its name or a part of its id. @throws CliError that lists candidates */
export const profileNamed = (api: ApiClient, name: string) =>
  found(api.all('/oauth2/profiles?limit=100', profileAnswerSchema), name, profiles, ({ profileId }) => profileId)

/** Finds a destination by its name or a part of its id. @throws CliError that lists candidates */
export const destinationNamed = (api: ApiClient, name: string) =>
  found(api.all('/destinations?limit=100', destinationNameSchema), name, destinations, (one) => one.destinationId)

const destinationNameSchema = z.looseObject({ destinationId: z.string(), name: z.string() })

const queues: Kind = { singular: 'queue', plural: 'queues' }
const providers: Kind = { singular: 'OAuth2 provider', plural: 'providers' }
const profiles: Kind = { singular: 'OAuth2 profile', plural: 'profiles' }
const destinations: Kind = { singular: 'destination', plural: 'destinations' }

const found = async <T extends { readonly name: string }>(
  list: Promise<T[]>,
  name: string,
  kind: Kind,
  idOf: (one: T) => string,
): Promise<T> => {
  const candidates = (await list).map((one) => ({ id: idOf(one), names: [one.name], one }))
  return choose(candidates, name, kind).one
}
