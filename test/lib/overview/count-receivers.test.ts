import { SNSClient } from '@aws-sdk/client-sns'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DynamoDestinations } from '../../../lib/handover/destinations/destination-store.ts'
import { SnsTopic } from '../../../lib/notifications/sns-topic.ts'
import { OverviewStore } from '../../../lib/overview/overview-store.ts'
import { countReceivers } from '../../../lib/overview/receivers/count-receivers.ts'
import { subscriberCheck } from '../../../lib/overview/receivers/subscriber-check.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { destinationOf } from '../../support/handover-world.ts'

const topicArn = 'arn:aws:sns:us-east-1:000000000000:mail'
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`
const now = () => new Date('2026-11-23T10:05:00.000Z')

let tables: TestTables
let messaging: FauxqsServer
let sns: SNSClient
beforeAll(async () => {
  tables = await startTables()
  messaging = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  for (const name of ['planned', 'theirs']) messaging.createQueue(name)
  messaging.createTopic('mail')
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  sns = new SNSClient({ region: 'us-east-1', credentials, endpoint: `http://127.0.0.1:${messaging.port}` })
})
afterAll(async () => {
  sns.destroy()
  await messaging.stop()
  await tables.stop()
})
beforeEach(() => tables.clear())

it('valid destinations and foreign subscriptions are counted, and the count can be read', async () => {
  const [destinations, overview] = [
    new DynamoDestinations(tables.table('handover')),
    new OverviewStore(tables.table('overview')),
  ]
  const count = async () => {
    const announcements = new SnsTopic(sns, topicArn)
    const counted = await countReceivers({
      ...{ destinations, announcements, overview, now },
      plannedQueueArn: queueArn('planned'),
    })
    expect(await overview.readReceivers()).toEqual(counted)
    return [counted.destinations, counted.subscriptions]
  }
  expect(await overview.readReceivers()).toBeUndefined()
  expect(await count()).toEqual([0, 0])
  messaging.subscribe({ topic: 'mail', queue: 'planned' })
  await destinations.create(destinationOf('off', { validity: 'invalid' }))
  expect(await count()).toEqual([0, 0])
  await destinations.create(destinationOf('on'))
  messaging.subscribe({ topic: 'mail', queue: 'theirs' })
  expect(await count()).toEqual([1, 1])
})

describe('the subscribers of a topic', () => {
  const topicOver = (pages: readonly object[]) => {
    const asked: (string | undefined)[] = []
    const send = async ({ input }: { input: { NextToken?: string } }) => {
      asked.push(input.NextToken)
      const page = Number(input.NextToken ?? 0)
      return { Subscriptions: [pages[page % pages.length]], NextToken: String(page + 1) }
    }
    return { topic: new SnsTopic({ send } as unknown as SNSClient, topicArn), asked }
  }

  it('the subscribers that have not confirmed, or were deleted, do not count', async () => {
    const { topic } = topicOver([
      { SubscriptionArn: `${topicArn}:1`, Endpoint: queueArn('theirs') },
      { SubscriptionArn: 'PendingConfirmation', Endpoint: 'https://desk.example.org/' },
      { SubscriptionArn: 'Deleted', Endpoint: 'ops@example.org' },
    ])
    expect(new Set(await topic.confirmedEndpoints())).toEqual(new Set([queueArn('theirs')]))
  })

  it('the subscribers are read from at most ten pages', async () => {
    const { topic, asked } = topicOver([{ SubscriptionArn: `${topicArn}:1`, Endpoint: queueArn('theirs') }])
    expect(await topic.confirmedEndpoints()).toHaveLength(10)
    expect(asked).toEqual([undefined, ...Array.from({ length: 9 }, (_, index) => String(index + 1))])
  })
})

describe('the check for subscribers', () => {
  const checkOver = (counts: readonly ({ subscriptions: number } | undefined | Error)[]) => {
    const clock = { at: Date.parse('2026-11-23T10:05:00.000Z') }
    let reads = 0
    const readReceivers = async () => {
      const counted = counts[reads]
      reads += 1
      if (counted instanceof Error) throw counted
      return counted && { writtenAt: '', destinations: 1, ...counted }
    }
    const check = subscriberCheck({ readReceivers }, () => new Date(clock.at))
    return { check, clock, readCount: () => reads }
  }

  it('the check reads the count once a minute, when it is needed', async () => {
    const { check, clock, readCount } = checkOver([{ subscriptions: 0 }, { subscriptions: 2 }])
    expect(readCount()).toBe(0)
    expect(await Promise.all([check(), check(), check()])).toEqual([false, false, false])
    clock.at += 59_000
    expect([await check(), readCount()]).toEqual([false, 1])
    clock.at += 1_000
    expect([await check(), readCount()]).toEqual([true, 2])
  })

  it('the check finds no subscribers before they were counted, and repeats a failed read', async () => {
    const { check, clock } = checkOver([undefined, new Error('throttled'), { subscriptions: 1 }])
    expect(await check()).toBe(false)
    clock.at += 60_000
    await expect(check()).rejects.toThrow('throttled')
    expect(await check()).toBe(true)
  })
})
