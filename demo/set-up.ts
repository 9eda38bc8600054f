import * as z from 'zod'
import type { ApiClient } from '../cli/api/client.ts'
import { type SampleMailbox, sampleAddresses, sampleMailboxes, sampleQueues } from './sample-mailboxes.ts'
import type { SampleServer } from './sample-server.ts'

/** The demo recognises its own accounts by this comment. */
export const sampleComment = 'Sample account of `npm run demo`'

const queueSchema = z.object({ queueId: z.string(), name: z.string() })
const addressSchema = z.object({ address: z.string() })
const accountSchema = z.object({ accountId: z.string(), username: z.string(), comment: z.string() })
/** A sample account is always saved with its password, which has it fetched at once. */
const savedSchema = accountSchema.extend({ fetch: z.object({ runId: z.string() }) })
export type SampleAccount = SampleMailbox & { readonly accountId: string }
/** A sample account and its first run. */
export type FetchedAccount = SampleAccount & { readonly runId: string }

/** Creates queues, system addresses and accounts through the public API, and updates the ones from an earlier demo. */
export const setUpSamples = async (api: ApiClient, server: SampleServer): Promise<FetchedAccount[]> => {
  const queueIds = await setUpQueues(api)
  await setUpAddresses(api, queueIds)
  const existing = new Map<string, string>()
  for (const { username, accountId } of await sampleAccountsOf(api)) existing.set(username, accountId)
  const accounts: FetchedAccount[] = []
  for (const mailbox of sampleMailboxes) {
    const settings = settingsOf(mailbox, server, queueIds)
    const known = existing.get(mailbox.user)
    const { accountId, fetch } = known
      ? await api.put(`/accounts/${known}`, settings, '*', savedSchema)
      : await api.post('/accounts', settings, savedSchema)
    accounts.push({ ...mailbox, accountId, runId: fetch.runId })
  }
  return accounts
}

/**
 * Stops fetching the sample accounts, so that a later `npm start`, which has no sample mail server, does not report
 * failures.
 */
export const restSamples = async (api: ApiClient): Promise<void> => {
  for (const { accountId } of await sampleAccountsOf(api))
    await api.patch(`/accounts/${accountId}`, { validity: 'invalid-temporarily' }, '*', accountSchema)
}

/** The sample accounts of this demo and earlier ones. */
export const sampleAccountsOf = async (api: ApiClient) => {
  const accounts: Array<z.infer<typeof accountSchema>> = []
  for await (const account of api.list('/accounts?limit=100', accountSchema))
    if (account.comment === sampleComment) accounts.push(account)
  return accounts
}

const setUpQueues = async (api: ApiClient): Promise<Map<string, string>> => {
  const ids = new Map<string, string>()
  for await (const { name, queueId } of api.list('/queues?limit=100', queueSchema)) ids.set(name, queueId)
  for (const name of sampleQueues)
    if (!ids.has(name)) ids.set(name, (await api.post('/queues', { name }, queueSchema)).queueId)
  return ids
}

const setUpAddresses = async (api: ApiClient, queueIds: ReadonlyMap<string, string>): Promise<void> => {
  const known = new Set<string>()
  for await (const { address } of api.list('/system-addresses?limit=100', addressSchema)) known.add(address)
  for (const [address, queue] of Object.entries(sampleAddresses))
    if (!known.has(address))
      await api.post('/system-addresses', { address, queueId: queueIds.get(queue) }, addressSchema)
}

const settingsOf = (mailbox: SampleMailbox, server: SampleServer, queueIds: ReadonlyMap<string, string>) => ({
  type: mailbox.type,
  authentication: 'password',
  host: server.host,
  port: server.port(mailbox.type),
  username: mailbox.user,
  password: server.password,
  customCa: server.caPem,
  trusted: mailbox.trusted,
  dispatching: mailbox.queue ? { by: 'queue', queueId: queueIds.get(mailbox.queue) } : { by: 'to-field' },
  afterFetch: mailbox.afterFetch === 'move' ? { action: 'move', folder: 'Done' } : { action: mailbox.afterFetch },
  validity: 'valid',
  comment: sampleComment,
})
