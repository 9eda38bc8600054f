import { S3Client } from '@aws-sdk/client-s3'
import { startFauxqs } from 'fauxqs'
import { vi } from 'vitest'
import { openApiDocument } from '../../docs/openapi/document.ts'
import { exampleOf } from '../../docs/openapi/example.ts'
import { type ApiPart, apiParts } from '../../docs/openapi/parts.ts'
import type { HttpHandler } from '../../functions/shared/http/http-function.ts'
import type { Account } from '../../lib/accounts/account.ts'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { destinationSchema } from '../../lib/handover/destinations/destination.ts'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DynamoDestinationTokens } from '../../lib/handover/destinations/destination-tokens.ts'
import { DynamoDeliveryLedger } from '../../lib/handover/ledger/delivery-ledger.ts'
import { planned } from '../../lib/handover/ledger/transitions.ts'
import { deliveryViewSchema } from '../../lib/handover/viewing/delivery-view.ts'
import { type Message, messageSchema } from '../../lib/messages/message.ts'
import { messageRowOf } from '../../lib/messages/store/message-ledger.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { unstoredMessageSchema } from '../../lib/messages/unstored/unstored-message.ts'
import { UnstoredMessages } from '../../lib/messages/unstored/unstored-messages.ts'
import { ConsentStore, ticketKeyOf } from '../../lib/oauth2/consent/consent-store.ts'
import { consentViewSchema } from '../../lib/oauth2/consent/consent-view.ts'
import { askedOf } from '../../lib/oauth2/consent/still-asked.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { parseProviderInput } from '../../lib/oauth2/providers/provider-rules.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { QueueStore } from '../../lib/queues/queue-store.ts'
import { SystemAddressStore } from '../../lib/queues/system-address-store.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { ConversationStore } from '../../lib/runs/conversation-store.ts'
import { runSchema } from '../../lib/runs/run.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { account } from './account-rows.ts'
import { captureOutput } from './captured-output.ts'
import { startTables, type TestTables } from './dynamo.ts'
import { functionEnvironment } from './function-environment.ts'
import { profile, providerInput } from './oauth2-setup.ts'
import { startSecrets, testDeployment, testSecretPrefix } from './secrets.ts'

/** A value in the example account's secret, which must never appear in any output. */
export const plantedSecret = 'planted-secret-that-nobody-may-see'

export interface ExampleWorld {
  readonly tables: TestTables
  /** Runs a part's real function over emulators. */
  handlerOf(part: ApiPart): HttpHandler
  /** Everything the functions have written to stdout and stderr. */
  readonly written: string[]
  /** Restores the initial state: the account, queue, address, run and message in the documentation's examples. */
  reset(): Promise<void>
  stop(): Promise<void>
}

const mail = Buffer.from(
  [
    'From: Jane Doe <jane@example.org>',
    'To: support@example.com',
    'Subject: The printer is on fire',
    'Message-ID: <a1@example.org>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: application/pdf; name=photo.pdf',
    'Content-Disposition: attachment; filename=photo.pdf',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('%PDF-1.7').toString('base64'),
    '--b',
    'Content-Type: text/plain',
    '',
    'Please come at once.',
    '--b--',
    '',
  ].join('\r\n'),
)

/**
 * All functions of the API over DynamoDB, SQS, S3 and Secrets Manager in this process, with one object of each kind.
 */
export const startExampleWorld = async (): Promise<ExampleWorld> => {
  const [tables, secrets, cloud] = await Promise.all([
    startTables(),
    startSecrets(),
    startFauxqs({ port: 0, host: '127.0.0.1', logger: false }),
  ])
  cloud.createQueue('fetch.fifo', { attributes: { FifoQueue: 'true', DeduplicationScope: 'messageGroup' } })
  cloud.createQueue('deliveries.fifo', { attributes: { FifoQueue: 'true', DeduplicationScope: 'messageGroup' } })
  cloud.createBucket('raw-mail')
  const endpoint = `http://127.0.0.1:${cloud.port}`
  const environment = await functionEnvironment(tables, {
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    ...secrets.environment,
    SECRET_NAME_PREFIX: testSecretPrefix,
    DEPLOYMENT_ID: testDeployment,
    ENCRYPTION_KEY_ARN: 'no-token-is-needed',
    FETCH_QUEUE_URL: `${endpoint}/000000000000/fetch.fifo`,
    DELIVERY_QUEUE_URL: `${endpoint}/000000000000/deliveries.fifo`,
    MAX_CONCURRENT_DELIVERIES: '2',
    TICK_MINUTES: '10',
    RAW_BUCKET: 'raw-mail',
    CONTROL_HEADER_PREFIX: 'X-OTOBO-',
    ALLOW_PRIVATE_ADDRESSES: 'false',
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: 'false',
    EXTRA_MAIL_PORTS: '',
    EXTRA_WEBHOOK_PORTS: '',
    PUBLIC_URL: 'https://postmaster.example.com',
    RETURN_TO_URLS: 'https://desk.example.com/admin',
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
  })
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const written = captureOutput()
  const handlers = new Map<string, HttpHandler>()
  for (const folder of new Set(apiParts.map((part) => part.function))) {
    const module: { handler: HttpHandler } = await import(`../../functions/${folder}/index.ts`)
    handlers.set(folder, module.handler)
  }
  const s3 = new S3Client({})

  return {
    tables,
    written,
    handlerOf: (part) => {
      const handler = handlers.get(part.function)
      if (!handler) throw new Error(`there is no function ${part.function}`)
      return handler
    },
    reset: async () => {
      await tables.clear()
      await seed(tables, await secrets.store.put(exampleIds.account, plantedSecret))
      await new S3RawStore(s3, 'raw-mail').put(exampleIds.message, mail, AbortSignal.timeout(5_000))
    },
    stop: async () => {
      vi.restoreAllMocks()
      vi.unstubAllEnvs()
      s3.destroy()
      await Promise.all([tables.stop(), secrets.stop(), cloud.stop()])
    },
  }
}

const { components } = openApiDocument() as { components: { schemas: Record<string, unknown> } }
const example = (name: string) => exampleOf(components.schemas[name], components.schemas)

/** The rows are the documentation's own examples, which proves that these examples are possible. */
const seed = async (tables: TestTables, secretVersion: string): Promise<void> => {
  const made = { createdAt: '2026-03-01T09:00:00.000Z', createdBy: 'jane@example.com' }
  const stamp = { ...made, changedAt: made.createdAt, changedBy: made.createdBy, version: 1 }
  const settings = { validity: 'valid', comment: '', ...stamp } as const
  const queues = new QueueStore(tables.table('dispatching'))
  await queues.create({ queueId: exampleIds.queue, name: 'Support', ...settings })
  await queues.create({ queueId: 'unused', name: 'Unused', ...settings })
  const addresses = new SystemAddressStore(tables.table('dispatching'))
  await addresses.create({ address: 'support@example.com', queueId: exampleIds.queue, ...settings })
  const profiles = new ProfileStore(tables.table('oauth2'))
  await profiles.create(profile({ ...stamp, profileId: exampleIds.profile, name: 'Service desk at Microsoft 365' }))
  await profiles.create(profile({ ...stamp, profileId: 'unused', name: 'Unused' }))
  await new ProviderStore(tables.table('oauth2')).create({
    ...parseProviderInput(providerInput({ name: 'Login of Example Ltd' }), { allowClearTextOnLoopback: false }),
    ...stamp,
    providerId: exampleIds.provider,
    kind: 'custom',
  })
  await new AccountStore(tables.table('accounts')).create(
    account({
      ...stamp,
      accountId: exampleIds.account,
      host: 'mail.example.com',
      username: 'support@example.com',
      credential: { method: 'password', secretVersion },
    }),
  )
  await seedConsent(tables, stamp)
  await seedDestinations(tables, stamp)
  await new RunStore(tables.table('runs')).save(runSchema.parse(example('Run')))
  const lines = [{ at: '2026-03-02T08:10:01.204Z', by: 'postmaster' as const, text: '3 SELECT INBOX' }]
  await new ConversationStore(tables.table('conversations')).write({ runId: exampleIds.run, number: 1, lines })
  const { sameAs: _, erased: _erased, recoveredAt: _recoveredAt, ...message } = messageSchema.parse(example('Message'))
  const plannedFor = [exampleIds.destination]
  await tables.table('messages').put({ ...messageRowOf(message), plannedFor, plannedAt: message.storedAt })
  await seedDelivery(tables, message)
  const unstored = unstoredMessageSchema.omit({ revision: true }).parse(example('UnstoredMessage'))
  await new UnstoredMessages(tables.table('unstored')).create({ ...unstored, revision: 1 })
}

/** The documented delivery, which awaits a person's decision. */
const seedDelivery = async (tables: TestTables, message: Message): Promise<void> => {
  const planning = planned(exampleIds.destination, message, message.storedAt)
  const { attempts, ...documented } = deliveryViewSchema.parse(example('Delivery'))
  await new DynamoDeliveryLedger(tables.table('deliveries')).create({
    ...planning,
    ...documented,
    attempts: attempts.map((attempt) => ({ ...attempt, lease: 'lease' })),
    state: 'quarantined',
  })
}

/** An OAuth2 account with its own profile. A consent was requested, and one fetch was tried without success. */
const seedConsent = async (
  tables: TestTables,
  stamp: Partial<Account> & { readonly version: number },
): Promise<void> => {
  const connecting = profile({ ...stamp, profileId: 'connecting', name: 'Account to be connected' })
  await new ProfileStore(tables.table('oauth2')).create(connecting)
  const desk = account({
    ...stamp,
    accountId: exampleIds.oauth2Account,
    host: 'outlook.office365.com',
    username: 'jane@example.com',
    credential: { method: 'oauth2', profileId: connecting.profileId },
  })
  await new AccountStore(tables.table('accounts')).create(desk)
  const { lastFailure, expiresAt, ...consent } = consentViewSchema.parse(example('Consent'))
  await new ConsentStore(tables.table('consents')).addTicket({
    consentKey: ticketKeyOf(exampleIds.consent),
    accountId: desk.accountId,
    asked: askedOf(desk, connecting),
    requestedBy: consent.requestedBy,
    requestedAt: consent.requestedAt,
    attempts: consent.attempts,
    ...(lastFailure && { lastFailure }),
    expiresAt: Date.parse(expiresAt) / 1000,
  })
}

/** The documented destination with its token, another one for redirections, and a webhook without deliveries. */
const seedDestinations = async (tables: TestTables, stamp: object): Promise<void> => {
  const { webhook, ...documented } = destinationSchema.parse({ ...Object(example('Destination')), ...stamp })
  const destinations = new DynamoDestinations(tables.table('handover'))
  await destinations.create({ ...documented, kind: 'pull' })
  await destinations.create({
    ...documented,
    ...{ destinationId: exampleIds.otherDestination, name: 'Zammad', kind: 'pull' },
  })
  const unused = { destinationId: 'unused', name: 'Unused', kind: 'webhook' as const, secretVersion: 'v1' }
  await destinations.create({ ...documented, ...unused, ...(webhook && { webhook }) })
  await new DynamoDestinationTokens(tables.table('handover')).create({
    hash: 'hash-of-the-example',
    tokenId: exampleIds.token,
    destinationId: exampleIds.destination,
    comment: 'Agent on otobo01',
    createdAt: '2026-03-01T09:00:00.000Z',
    createdBy: 'jane@example.com',
  })
}
