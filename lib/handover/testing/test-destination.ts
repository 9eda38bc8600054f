import type { Actor } from '../../audit/audit-entry.ts'
import { firstStamp } from '../../changes/versioned-change.ts'
import type { WebhookRules } from '../../network/webhook-url.ts'
import type { Clock } from '../../text/clock.ts'
import type { Adapter } from '../delivering/adapter.ts'
import { lastSignOf } from '../destinations/agent-sign.ts'
import type { Destination, DestinationSecrets } from '../destinations/destination.ts'
import { parseDestination } from '../destinations/destination-rules.ts'
import type { DynamoDestinations } from '../destinations/destination-store.ts'
import type { DynamoDestinationTokens } from '../destinations/destination-tokens.ts'
import { destinationWarningsOf } from '../destinations/destination-warnings.ts'
import { existing } from '../destinations/manage-destinations.ts'
import { signingKeyOf } from '../destinations/secrets/destination-secrets.ts'
import type { DestinationTest } from './destination-test.ts'

export interface DestinationTestServices {
  readonly destinations: Pick<DynamoDestinations, 'read'>
  readonly tokens: Pick<DynamoDestinationTokens, 'ofDestination'>
  readonly secrets: DestinationSecrets
  readonly webhookRules: WebhookRules
  /** @returns an adapter that signs with these secrets */
  readonly webhookWith: (secrets: DestinationSecrets) => Pick<Adapter, 'test'>
  readonly deadline: () => AbortSignal
  readonly now: Clock
}

/** Tests a destination as it is stored. @throws ProblemError `not-found` */
export const testDestination = async (
  services: DestinationTestServices,
  destinationId: string,
): Promise<DestinationTest> => {
  const destination = await existing(services, destinationId)
  return destination.kind === 'webhook'
    ? await sendSample(services, destination, services.secrets)
    : await lookForAgent(services, destination)
}

/**
 * Tests a destination before it is saved, with the secrets of the request. It stores nothing and reads no stored secret.
 * It does not check whether the queues and accounts exist, because that does not change the test.
 * @throws ProblemError `invalid-request`
 */
export const testDraft = async (
  services: DestinationTestServices,
  raw: unknown,
  by: Actor,
): Promise<DestinationTest> => {
  const { webhook, ...settings } = await parseDestination(raw, {
    webhookRules: services.webhookRules,
    queues: { readMany: async (ids) => ids.map((queueId) => ({ queueId })) },
    accounts: { existing: async (ids) => new Set(ids) },
  })
  if (!webhook) return agentComesLater
  const draft = { ...settings, webhook, destinationId: 'draft', ...firstStamp(services.now(), by) }
  return await sendSample(services, draft, {
    signingKeys: async () => (webhook.signingSecret === undefined ? [] : [signingKeyOf(webhook.signingSecret)]),
    auth: async () => webhook.auth?.value,
  })
}

const sendSample = async (
  { webhookWith, deadline }: DestinationTestServices,
  destination: Destination,
  secrets: DestinationSecrets,
): Promise<DestinationTest> => {
  const { outcome, transcript } = await webhookWith(secrets).test(destination, deadline())
  const { result, code, detail, remedy } = outcome
  const passed = result === 'delivered'
  return { passed, code, detail, ...(!passed && { remedy }), transcript: [...transcript] }
}

const lookForAgent = async (
  { tokens, now }: DestinationTestServices,
  destination: Destination,
): Promise<DestinationTest> => {
  const found = await tokens.ofDestination(destination.destinationId)
  // An agent also asks for the mail of a paused destination.
  const [warning] = destinationWarningsOf({ ...destination, validity: 'valid' }, { tokens: found }, now())
  const transcript = found.map(
    ({ tokenId, comment, lastUsedAt, agent }) =>
      `The token ${comment === '' ? tokenId : comment} was ${
        lastUsedAt === undefined ? 'never used' : `last used at ${lastUsedAt}`
      }${agent ? ` by postmaster deliver ${agent.version} on ${agent.host}` : ''}.`,
  )
  if (warning) return { passed: false, ...warning, transcript }
  const last = lastSignOf(found)
  if (last) return { ...agentAsked, detail: `An agent last asked for mail at ${last.lastUsedAt}.`, transcript }
  return { ...agentExpected, transcript }
}

const agentAsked = { passed: true, code: 'agent-asked' }

/** The destination was created a few minutes ago. */
const agentExpected = {
  passed: false,
  code: 'agent-expected',
  detail: 'No agent has asked for deliveries yet.',
  remedy: 'Start `postmaster deliver` with a token of this destination on the host of the ticket system.',
}

const agentComesLater: DestinationTest = {
  passed: false,
  code: 'not-saved',
  detail: 'An agent can only ask for the mail of a saved destination.',
  remedy: 'Save the destination, create a token for its agent, start the agent, and test the destination again.',
  transcript: [],
}
