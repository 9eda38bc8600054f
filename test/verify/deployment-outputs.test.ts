import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readOutputs } from '../../verify/aws/deployment-outputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'postmaster-outputs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = (content: unknown) => {
  const file = join(folder, 'outputs.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return readOutputs(file)
}

const queue = 'https://sqs.eu-central-1.amazonaws.com/123456789012/a'
const collector = {
  ApiUrl: 'https://a.execute-api.eu-central-1.amazonaws.com',
  AdminPageUrl: 'https://a.execute-api.eu-central-1.amazonaws.com/admin',
  DeadLettersUrl: queue,
  DeliveryDeadLettersUrl: queue,
  PlanDeadLettersUrl: queue,
  FailedEventsUrl: queue,
}
const stateful = {
  AnnouncementTopicArn: 'arn:aws:sns:eu-central-1:123456789012:announcements',
  NoticesTopicArn: 'arn:aws:sns:eu-central-1:123456789012:notices',
  RawBucketName: 'raw',
}

describe('the outputs of a deployment', () => {
  it('the outputs name the AWS account, the region and both stacks, whatever these are called', () => {
    expect(read({ 'Postmaster-test-Collector': collector, 'Postmaster-test-Stateful': stateful })).toMatchObject({
      partition: 'aws',
      region: 'eu-central-1',
      accountId: '123456789012',
      collector: { stack: 'Postmaster-test-Collector' },
      stateful: { stack: 'Postmaster-test-Stateful' },
    })
  })

  it('a file that does not describe exactly one deployment is refused with an explanation', () => {
    expect(() => readOutputs(join(folder, 'missing.json'))).toThrow('missing.json cannot be read.')
    expect(() => read('not json')).toThrow('is not JSON')
    expect(() => read([])).toThrow('does not contain the outputs of stacks')
    expect(() => read({ A: collector })).toThrow('no stack with the output AnnouncementTopicArn')
    expect(() => read({ A: collector, B: collector, C: stateful })).toThrow('more than one deployment: A and B')
    const { FailedEventsUrl: _, ...incomplete } = collector
    expect(() => read({ A: incomplete, C: stateful })).toThrow('lacks outputs of the stack A: FailedEventsUrl.')
  })
})
