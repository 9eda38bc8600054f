import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildApp } from 'fauxqs'
import { S3Store } from '../../../node_modules/fauxqs/dist/s3/s3Store.js'
import { SnsStore } from '../../../node_modules/fauxqs/dist/sns/snsStore.js'
import { SqsStore } from '../../../node_modules/fauxqs/dist/sqs/sqsStore.js'
import { unusableData } from '../../common/errors.ts'
import { type AwsJsonEndpoint, callAwsJson } from '../signed-calls/call-aws-json.ts'
import { type ServiceAccess, serveService } from '../signed-calls/serve-service.ts'
import { AtomicS3Files } from './atomic-s3-files.ts'
import { ObjectTags } from './object-tags.ts'
import { ObjectVersions } from './object-versions.ts'
import { QueuePersistence } from './queue-persistence.ts'
import { StoredObjects } from './stored-objects.ts'

/** fauxqs's own limit. It is larger than every upload part that the functions create (8 MiB). */
export const bodyLimit = 11 * 1024 * 1024

export interface QueueDepth {
  readonly ready: number
  readonly inFlight: number
  readonly delayed: number
}

/** SQS and SNS on one port, stored in a folder, and S3 behind its rules. */
export type Messaging = Awaited<ReturnType<typeof startMessaging>>

export interface QueueSubscription {
  readonly queueArn: string
  readonly attributes: Record<string, string>
}

/**
 * Starts fauxqs from its parts, because its own start function binds to every interface (0.0.0.0) and the local run may
 * bind only to loopback. Queues are stored in SQLite, objects in files.
 */
export const startMessaging = async (options: {
  readonly access: ServiceAccess
  readonly folder: string
  readonly region: string
}) => {
  const sqsStore = new SqsStore()
  const snsStore = new SnsStore()
  const s3Store = new S3Store()
  const kept = load(options.folder, sqsStore, snsStore, s3Store)
  sqsStore.persistence = kept.queues
  snsStore.persistence = kept.queues
  for (const queue of sqsStore.allQueues()) queue.persistence = kept.queues
  s3Store.persistence = kept.objects.files
  const app = buildApp({ logger: false, defaultRegion: options.region, stores: { sqsStore, snsStore, s3Store } })
  // An empty `host` makes responses use the host of the client's request, so that the client can resolve their URLs.
  sqsStore.host = ''
  app.addHook('onSend', async (request, reply) => {
    if (reply.statusCode < 300) reply.headers(responseOverrides(request.query))
  })
  await app.ready()
  const { access } = options
  const server = await serveService({ service: 'messaging', access, bodyLimit }, (request, response) => {
    // SQS and SNS requests are POST requests to the root. Everything else is S3, which uses another port and is behind
    // its rules.
    if (request.method === 'POST' && request.url === '/') app.routing(request, response)
    else response.writeHead(403).end()
  })
  const { url } = server
  const credentials = access.keys.credentials('local')
  const endpoint: AwsJsonEndpoint = { url, region: options.region, target: 'AmazonSQS', version: '1.0', credentials }
  return {
    url,
    /** Handles an S3 request that has passed the rules. */
    s3: app.routing,
    objects: new StoredObjects({ store: s3Store, ...kept.objects }),
    /** Calls an SQS operation. */
    call: (operation: string, input: object, signal?: AbortSignal) => callAwsJson(endpoint, operation, input, signal),
    createBucket: (name: string, { versioned }: { readonly versioned: boolean }): void => {
      if (versioned) kept.objects.files.keepVersions(name)
      s3Store.createBucket(name)
    },
    createTopic: (arn: string, name: string): void => {
      if (snsStore.getTopic(arn) === undefined) snsStore.createTopic(name, {}, {}, options.region)
    },
    /** Replaces the topic's SQS subscriptions with these. */
    setSubscriptions: (topicArn: string, wanted: readonly QueueSubscription[]): void => {
      for (const existing of [...(snsStore.getTopic(topicArn)?.subscriptionArns ?? [])]) snsStore.unsubscribe(existing)
      for (const { queueArn, attributes } of wanted) snsStore.subscribe(topicArn, 'sqs', queueArn, attributes)
    },
    queueDepth: (name: string): QueueDepth | undefined => {
      const messages = sqsStore.inspectQueue(name)?.messages
      if (messages === undefined) return undefined
      return { ready: messages.ready.length, inFlight: messages.inflight.length, delayed: messages.delayed.length }
    },
    /** Receipts of messages that a poller of an earlier process received and never finished. */
    inFlightReceipts: (name: string): string[] =>
      (sqsStore.inspectQueue(name)?.messages.inflight ?? []).map((message) => message.receiptHandle),
    close: async () => {
      sqsStore.shutdown()
      await server.close()
      await app.close()
      kept.queues.close()
    },
  }
}

/**
 * The headers that a presigned URL requests with parameters such as `response-content-disposition`. fauxqs does not set
 * them.
 */
const responseOverrides = (query: unknown): Record<string, string> => {
  const changed: Record<string, string> = {}
  for (const [name, value] of Object.entries(query ?? {}))
    if (name.startsWith('response-') && typeof value === 'string') changed[name.slice('response-'.length)] = value
  return changed
}

const load = (folder: string, sqsStore: SqsStore, snsStore: SnsStore, s3Store: S3Store) => {
  const messagingFolder = join(folder, 'messaging')
  const s3Folder = join(folder, 's3')
  let subject = `The queues in ${messagingFolder}`
  try {
    mkdirSync(messagingFolder, { recursive: true, mode: 0o700 })
    const queues = new QueuePersistence(messagingFolder)
    queues.loadSqsAndSns(sqsStore, snsStore)
    subject = `The objects in ${s3Folder}`
    const tags = new ObjectTags(join(folder, 's3-tags'))
    const versions = new ObjectVersions(join(folder, 's3-versions'))
    const files = new AtomicS3Files(s3Folder, { tags, versions })
    files.loadS3(s3Store)
    return { queues, objects: { files, tags, versions } }
  } catch (error) {
    throw unusableData(
      `${subject} are corrupted and cannot be read. Move ${folder} out of the way, or choose another folder with --data DIR.`,
      error,
    )
  }
}
