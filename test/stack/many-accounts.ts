import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import pLimit from 'p-limit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { Table } from '../../lib/tables/table.ts'
import { tables } from '../../lib/tables/tables.ts'
import { account } from '../support/account-rows.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack, type TestStack } from '../support/stack.ts'

const mebibyte = 1024 * 1024
/** As declared in cdk/background/schedule.ts. */
const declared = { memoryMb: 1024, timeoutMs: 300_000 }

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
})

const isOfFetchQueue = (mapping: Record<string, unknown> | undefined): mapping is Record<string, unknown> =>
  JSON.stringify(mapping?.EventSourceArn).includes('FetchQueueJobs')

/**
 * The same assembly with the queue's poller disabled, as an operator would do it, because the test does not need the
 * fetches.
 */
const withoutFetching = async (): Promise<string> => {
  const copy = mkdtempSync(join(tmpdir(), 'postmaster-assembly-'))
  cpSync(await assembly(), copy, { recursive: true })
  const file = join(copy, 'PostmasterCollector.template.json')
  const template = templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const mappings = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::Lambda::EventSourceMapping' && isOfFetchQueue(Properties) ? [Properties] : [],
  )
  const [mapping] = mappings
  if (mapping === undefined || mappings.length > 1) throw new Error(`${mappings.length} pollers of the fetch queue`)
  mapping.Enabled = false
  writeFileSync(file, JSON.stringify(template))
  return copy
}

let folder: string | undefined
let stack: TestStack

/** The product's limit is 10,000 accounts. The duration of this test depends mainly on the number of accounts. */
export const describeTickWith = (many: number): void => {
  beforeAll(async () => {
    folder = await withoutFetching()
    stack = await startStack({ assembly: folder })
  }, assemblyLimitMs)

  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  describe(`one tick with ${many} due accounts, through the dispatch function itself`, () => {
    it('one tick requests each of many due accounts once, within the function’s declared memory and time', {
      timeout: declared.timeoutMs + 120_000,
    }, async () => {
      const client = new DynamoDBClient({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.dynamodb })
      const accounts = new AccountStore(new Table(client, stack.resource('TablesAccounts'), tables.accounts))
      const began = Date.now() - many
      await pLimit(40).map(Array.from({ length: many }), (_, index) =>
        accounts.create(account({ changedAt: new Date(began + index).toISOString() })),
      )
      await stack.fireTick()
      const [end] = stack.ended('ScheduleFunction')
      expect(end).toMatchObject({ status: 'ok', source: 'rule' })
      expect(end?.durationMs).toBeLessThan(declared.timeoutMs)
      expect(end?.peakBytes ?? 0).toBeLessThan(declared.memoryMb * mebibyte)
      expect(stack.local.queueDepth('FetchQueueJobs').ready).toBe(many)
      console.log(
        `${many} accounts in one tick: ${((end?.durationMs ?? 0) / 1000).toFixed(1)} s, ${Math.ceil((end?.peakBytes ?? 0) / mebibyte)} MiB`,
      )
      client.destroy()
    })
  })
}
