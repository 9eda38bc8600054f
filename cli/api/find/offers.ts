import * as z from 'zod'
import { shortIds } from '../../terminal/layout/short-id.ts'
import { accountAnswerSchema, accountNameOf, mailboxOf, runAnswerSchema } from '../answers.ts'
import type { ApiClient } from '../client.ts'

/** A word that a shell offers for an argument or an option. */
export interface Offer {
  readonly word: string
  readonly about: string
}

/** One page of a list is enough for a menu of a shell. */
const most = 100

const firstOf = async <T>(api: ApiClient, path: string, schema: z.ZodType<T>): Promise<T[]> =>
  (await api.get(`${path}?limit=${most}`, z.looseObject({ items: z.array(schema) }))).items

const namedSchema = z.looseObject({ name: z.string() })
const addressSchema = z.looseObject({ address: z.string(), queueName: z.string().optional() })
const messageSchema = z.looseObject({
  messageId: z.string(),
  header: z.looseObject({ subject: z.string().optional() }).optional(),
})
const deliverySchema = z.looseObject({
  deliveryId: z.string(),
  subject: z.string().optional(),
  destinationName: z.string().optional(),
})
const entrySchema = z.looseObject({ messageId: z.string(), deliveryId: z.string().optional() })

const named =
  (path: string) =>
  async (api: ApiClient): Promise<Offer[]> =>
    (await firstOf(api, path, namedSchema)).map(({ name }) => ({ word: name, about: '' }))

/** Offers the ids as lists show them. */
const byId =
  <T>(path: string, schema: z.ZodType<T>, textsOf: (item: T) => { readonly id: string; readonly about: string }) =>
  async (api: ApiClient): Promise<Offer[]> => {
    const texts = (await firstOf(api, path, schema)).map(textsOf)
    const words = shortIds(texts.map(({ id }) => id))
    return texts.map(({ id, about }, index) => ({ word: words[index] ?? id, about }))
  }

const accounts = async (api: ApiClient): Promise<Offer[]> => {
  const all = await firstOf(api, '/accounts', accountAnswerSchema)
  const names = Map.groupBy(all, mailboxOf)
  return all.map((account) => {
    const name = mailboxOf(account)
    return { word: names.get(name)?.length === 1 ? name : `${name}@${account.host}`, about: account.host }
  })
}

/** What commands call their arguments and the values of their options, and how to list what exists. */
export const offersFor = {
  account: accounts,
  queue: named('/queues'),
  destination: named('/destinations'),
  profile: named('/oauth2/profiles'),
  provider: named('/oauth2/providers'),
  'system-address': async (api) =>
    (await firstOf(api, '/system-addresses', addressSchema)).map(({ address, queueName = '' }) => ({
      word: address,
      about: queueName,
    })),
  run: byId('/runs', runAnswerSchema, (run) => ({
    id: run.runId,
    about: `${run.state}, ${accountNameOf(run)}, ${run.askedAt}`,
  })),
  message: byId('/messages', messageSchema, ({ messageId, header }) => ({
    id: messageId,
    about: header?.subject ?? '',
  })),
  delivery: byId('/deliveries', deliverySchema, ({ deliveryId, subject = '', destinationName = '' }) => ({
    id: deliveryId,
    about: `${destinationName}: ${subject}`,
  })),
  entry: byId('/quarantine', entrySchema, ({ messageId, deliveryId }) => ({
    id: deliveryId ?? messageId,
    about: deliveryId === undefined ? 'message' : 'delivery',
  })),
} as const satisfies Record<string, (api: ApiClient) => Promise<Offer[]>>

export type OfferedKind = keyof typeof offersFor

export const isOfferedKind = (text: string): text is OfferedKind => Object.hasOwn(offersFor, text)
