import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { SNSClient } from '@aws-sdk/client-sns'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import type { Account } from '../../lib/accounts/account.ts'
import type { AccountStatus } from '../../lib/accounts/account-status.ts'
import { announcementSchema } from '../../lib/messages/announcing/announcement.ts'
import { SnsAnnouncer } from '../../lib/messages/announcing/sns-announcer.ts'
import { type Message, messageSchema } from '../../lib/messages/message.ts'
import { DynamoMessageLedger } from '../../lib/messages/store/message-ledger.ts'
import { SnsTopic } from '../../lib/notifications/sns-topic.ts'
import type { Run } from '../../lib/runs/run.ts'
import { RunCatalog } from '../../lib/runs/run-catalog.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import { sweepUnannounced } from '../../lib/schedule/tick/sweep-unannounced.ts'
import type { Row } from '../../lib/tables/items.ts'
import { type TableName, tables as tableDefinitions } from '../../lib/tables/tables.ts'
import { startTables, type TestTables } from '../support/dynamo.ts'
import type { CollectorSettings } from './collector-process.ts'

const bucket = 'raw'
const aws = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
const topicArnOf = (accountId: string): string => `arn:aws:sns:us-east-1:000000000000:${accountId}`

/** Tables, raw mail and a topic that survive the killed collectors. */
export class CrashPlace {
  readonly #dynamo: TestTables
  readonly #messaging: FauxqsServer
  readonly #s3: S3Client

  private constructor(dynamo: TestTables, messaging: FauxqsServer) {
    this.#dynamo = dynamo
    this.#messaging = messaging
    this.#s3 = new S3Client({
      endpoint: `http://127.0.0.1:${messaging.port}`,
      ...aws,
      forcePathStyle: true,
    })
  }

  static async start(): Promise<CrashPlace> {
    const messaging = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
    messaging.createBucket(bucket)
    return new CrashPlace(await startTables(), messaging)
  }

  /**
   * Saves the account, and creates a topic and a queue that receives everything from it.
   * @returns the settings for its collector
   */
  async add(account: Account, password: string): Promise<Omit<CollectorSettings, 'slot'>> {
    const { accountId } = account
    this.#messaging.createTopic(accountId)
    this.#messaging.createQueue(accountId)
    this.#messaging.subscribe({ topic: accountId, queue: accountId })
    await this.#dynamo.table('accounts').put({ ...account })
    return {
      dynamo: this.#dynamo.clientConfig,
      tableNames: Object.fromEntries(
        Object.keys(tableDefinitions).map((table) => [table, this.#dynamo.tableName(table as TableName)]),
      ) as Record<TableName, string>,
      messagingUrl: `http://127.0.0.1:${this.#messaging.port}`,
      bucket,
      topicArn: topicArnOf(accountId),
      accountId,
      password,
    }
  }

  async rows(accountId: string): Promise<Message[]> {
    return (await this.#rowsOf(accountId)).map((row) => messageSchema.parse(row))
  }

  /** The ids of the messages whose rows never expire. */
  async withoutExpiry(accountId: string): Promise<string[]> {
    return (await this.#rowsOf(accountId)).flatMap(({ messageId, expiresAt }) =>
      expiresAt === undefined ? [String(messageId)] : [],
    )
  }

  async #rowsOf(accountId: string): Promise<Row[]> {
    const messages = this.#dynamo.table('messages')
    const ids: string[] = []
    for await (const rows of messages.pages({ index: 'by-account', partition: ['accountId', accountId] }))
      ids.push(...rows.map(({ messageId }) => String(messageId)))
    return await messages.getMany(ids)
  }

  /** Announces what is left unannounced, as the dispatch function does after a quarter of an hour. */
  async sweep(accountId: string): Promise<void> {
    const ledger = new DynamoMessageLedger(this.#dynamo.table('messages'))
    const client = new SNSClient({ ...aws, endpoint: `http://127.0.0.1:${this.#messaging.port}` })
    const announcer = new SnsAnnouncer(new SnsTopic(client, topicArnOf(accountId)), bucket)
    const now = () => new Date(Date.now() + 16 * 60_000)
    const { failed } = await sweepUnannounced({ ledger, announcer, now }, () => true)
    if (failed > 0) throw new Error(`${failed} messages could not be announced`)
    client.destroy()
  }

  async runs(accountId: string): Promise<Run[]> {
    const { runs } = await new RunCatalog(this.#dynamo.table('runs')).list({ accountId, limit: 100 })
    return runs
  }

  async status(accountId: string): Promise<AccountStatus | undefined> {
    return await new AccountStatusStore(this.#dynamo.table('accountStatus')).read(accountId)
  }

  async rawBytes(messageId: string): Promise<Buffer> {
    const response = await fetch(`http://127.0.0.1:${this.#messaging.port}/${bucket}/${messageId}`)
    return Buffer.from(await response.arrayBuffer())
  }

  /** The message ids of all objects in the bucket. */
  async rawIds(): Promise<string[]> {
    const ids: string[] = []
    const pages = paginateListObjectsV2({ client: this.#s3 }, { Bucket: bucket })
    for await (const { Contents = [] } of pages) ids.push(...Contents.flatMap(({ Key }) => Key ?? []))
    return ids
  }

  /** The message id of each announcement, including repeated ones. */
  announced(accountId: string): string[] {
    return (this.#messaging.inspectQueue(accountId)?.messages.ready ?? []).map(({ body }) => {
      const envelope: { Message: string } = JSON.parse(body)
      return announcementSchema.parse(JSON.parse(envelope.Message)).messageId
    })
  }

  async stop(): Promise<void> {
    this.#s3.destroy()
    await this.#messaging.stop()
    await this.#dynamo.stop()
  }
}
