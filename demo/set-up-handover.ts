import * as z from 'zod'
import type { ApiClient } from '../cli/api/client.ts'
import { type SampleReceiver, sampleSigningSecret } from './sample-receiver.ts'
import { sampleComment } from './set-up.ts'

const destinationSchema = z.looseObject({ destinationId: z.string(), kind: z.string(), comment: z.string() })
const tokenSchema = z.object({ tokenId: z.string() })
const newTokenSchema = z.object({ token: z.string() })

/**
 * Creates a webhook and a destination for an agent through the public API, or uses those of an earlier demo.
 * @returns a new token for the agent
 */
export const setUpHandover = async (api: ApiClient, receiver: SampleReceiver): Promise<string> => {
  const known = new Map((await sampleDestinationsOf(api)).map(({ kind, destinationId }) => [kind, destinationId]))
  const webhook = { url: receiver.url, mode: 'thin' }
  const hook = known.get('webhook')
  const common = { validity: 'valid', comment: sampleComment }
  if (hook === undefined) {
    const secrets = { ...webhook, signingSecret: sampleSigningSecret }
    await api.post(
      '/destinations',
      { ...common, name: 'Sample webhook', kind: 'webhook', webhook: secrets },
      destinationSchema,
    )
  } else await api.patch(`/destinations/${hook}`, { ...common, webhook }, '*', destinationSchema)
  const pull = known.get('pull')
  const { destinationId } =
    pull === undefined
      ? await api.post('/destinations', { ...common, name: 'Sample Maildir', kind: 'pull' }, destinationSchema)
      : await api.patch(`/destinations/${pull}`, common, '*', destinationSchema)
  const tokens = `/destinations/${destinationId}/tokens`
  for (const { tokenId } of await api.all(tokens, tokenSchema)) await api.delete(`${tokens}/${tokenId}`, '*')
  return (await api.post(tokens, { comment: sampleComment }, newTokenSchema)).token
}

/** Stops handing mail over, so that a later `npm start`, which has no sample receiver, does not report failures. */
export const restHandover = async (api: ApiClient): Promise<void> => {
  for (const { destinationId } of await sampleDestinationsOf(api))
    await api.patch(`/destinations/${destinationId}`, { validity: 'invalid-temporarily' }, '*', destinationSchema)
}

const sampleDestinationsOf = async (api: ApiClient) =>
  (await api.all('/destinations?limit=100', destinationSchema)).filter(({ comment }) => comment === sampleComment)
