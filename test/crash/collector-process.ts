import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SNSClient } from '@aws-sdk/client-sns'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { DynamoQueueDirectory } from '../../lib/dispatching/queue-directory.ts'
import type { FetchServices } from '../../lib/fetching/part.ts'
import { takeJob } from '../../lib/fetching/take-job.ts'
import type { Mailbox } from '../../lib/mailbox/mailbox.ts'
import { openMailbox } from '../../lib/mailbox/open-mailbox.ts'
import { SnsAnnouncer } from '../../lib/messages/announcing/sns-announcer.ts'
import { DynamoMessageLedger } from '../../lib/messages/store/message-ledger.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { UnstoredMessages } from '../../lib/messages/unstored/unstored-messages.ts'
import { SnsTopic } from '../../lib/notifications/sns-topic.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import { Table } from '../../lib/tables/table.ts'
import { type TableName, tables } from '../../lib/tables/tables.ts'
import type { TestTables } from '../support/dynamo.ts'

/** One fetch run in a separate process that kills itself (SIGKILL) after a step. Its settings are JSON in argv. */

export type Step = 'open' | 'list' | 'fetch' | 'store' | 'row' | 'announce' | 'mark' | 'delete' | EndWrite

/** The two writes of a run's end, which begin at the same time: its record, and the status of its account. */
type EndWrite = 'record' | 'status'

export interface CollectorSettings {
  readonly dynamo: TestTables['clientConfig']
  readonly tableNames: Record<TableName, string>
  readonly messagingUrl: string
  readonly bucket: string
  readonly topicArn: string
  readonly accountId: string
  readonly password: string
  readonly slot: string
  /** True if the queue delivers the job again. */
  readonly again?: boolean
  /** Die after this step has been done `times` times. */
  readonly dieAfter?: { readonly step: Step; readonly times: number }
}

const settings: CollectorSettings = JSON.parse(process.argv[2] ?? '')

let remaining = settings.dieAfter?.times ?? 0
const done = (step: Step): void => {
  process.send?.(step)
  if (settings.dieAfter?.step !== step) return
  remaining -= 1
  if (remaining === 0) process.kill(process.pid, 'SIGKILL')
}

const aws = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
const dynamo = new DynamoDBClient(settings.dynamo)
const table = (name: TableName) => new Table(dynamo, settings.tableNames[name], tables[name])
const s3 = new S3Client({ ...aws, endpoint: settings.messagingUrl, forcePathStyle: true })
const sns = new SNSClient({ ...aws, endpoint: settings.messagingUrl })

const raw = new S3RawStore(s3, settings.bucket)
const announcer = new SnsAnnouncer(new SnsTopic(sns, settings.topicArn), settings.bucket)
const ledger = new DynamoMessageLedger(table('messages'))

/** Does one of the writes of the run's end. If the process dies after the other one, this one never happens. */
const endWrite = async (step: EndWrite, write: () => Promise<void>): Promise<void> => {
  const deadly = settings.dieAfter?.step
  if ((deadly === 'record' || deadly === 'status') && deadly !== step) return await new Promise(() => undefined)
  await write()
  done(step)
}
const statuses = new AccountStatusStore(table('accountStatus'))
const runs = new RunStore(table('runs'))

const watched = (mailbox: Mailbox): Mailbox =>
  new Proxy(mailbox, {
    get: (target, key) => {
      if (key === 'list')
        return async function* (...args: Parameters<Mailbox['list']>) {
          yield* target.list(...args)
          done('list')
        }
      if (key === 'retrieve')
        return async function* (...args: Parameters<Mailbox['retrieve']>) {
          for await (const message of target.retrieve(...args)) {
            yield message
            done('fetch')
          }
        }
      if (key === 'remove')
        return async (...args: Parameters<Mailbox['remove']>) => {
          const report = await target.remove(...args)
          done('delete')
          return report
        }
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

const services: FetchServices = {
  accounts: new AccountStore(table('accounts')),
  secrets: { read: async () => settings.password },
  tokens: { tokenFor: () => Promise.reject(new Error('an account with a password requested a token')) },
  announceLostConsent: async () => undefined,
  countStored: async () => undefined,
  statuses: {
    read: (id) => statuses.read(id),
    ensure: (...args) => statuses.ensure(...args),
    remove: (id) => statuses.remove(id),
    change: async (id, change) =>
      change.lastRun ? await endWrite('status', () => statuses.change(id, change)) : await statuses.change(id, change),
  },
  runs: {
    read: (id) => runs.read(id),
    saveOpen: (run) => runs.saveOpen(run),
    save: async (run) =>
      run.state === 'running' ? await runs.save(run) : await endWrite('record', () => runs.save(run)),
  },
  conversations: { write: async () => undefined },
  unstored: new UnstoredMessages(table('unstored')),
  ledger: {
    readMany: (ids) => ledger.readMany(ids),
    readListed: (...args) => ledger.readListed(...args),
    create: async (message) => {
      const row = await ledger.create(message)
      done('row')
      return row
    },
    markAnnounced: async (mark) => {
      await ledger.markAnnounced(mark)
      done('mark')
    },
    // One message after another, so that a run can die between two of them.
    markServer: async (ids, ...rest) => {
      for (const id of ids) {
        await ledger.markServer([id], ...rest)
        done('mark')
      }
    },
    findByContent: (...args) => ledger.findByContent(...args),
    unannounced: (before) => ledger.unannounced(before),
  },
  raw: {
    put: async (...args) => {
      const outcome = await raw.put(...args)
      done('store')
      return outcome
    },
    open: (...args) => raw.open(...args),
  },
  announcer: {
    announce: async (message) => {
      await announcer.announce(message)
      done('announce')
    },
  },
  directory: new DynamoQueueDirectory(table('dispatching')),
  queue: { send: async () => [] },
  openMailbox: async (...args) => {
    const mailbox = watched(await openMailbox(...args))
    done('open')
    return mailbox
  },
  network: {
    allowPrivateAddresses: true,
    allowClearTextOnLoopback: false,
    extraPorts: [],
    connectTimeout: 5_000,
    silenceTimeout: 10_000,
  },
  logError: (detail, error) => console.error(detail, error.name),
  tickMinutes: 10,
  controlHeaderPrefix: 'X-OTOBO-',
  now: () => new Date(),
}
const { network } = services
const account = await services.accounts.read(settings.accountId)
process.send?.('begins')
const run = await takeJob(
  { ...services, network: { ...network, extraPorts: [account?.port ?? 0] } },
  {
    kind: 'tick',
    accountId: settings.accountId,
    runId: `${settings.accountId}-${settings.slot}`,
    slot: settings.slot,
  },
  { startNothingAfter: Date.now() + 20_000, signal: AbortSignal.timeout(25_000) },
  settings.again,
)
process.stdout.write(JSON.stringify(run))
