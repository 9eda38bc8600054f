import { rmSync } from 'node:fs'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { type LocalEvent, type LocalStack, type ServiceCall, startLocal } from '../../local/start-local.ts'
import { changedAssembly, eventually, fixtureStacks, temporaryFolder } from './support/fixture-assembly.ts'

let local: LocalStack | undefined
const data = temporaryFolder()
afterEach(async () => {
  await local?.stop({ graceMs: 0 })
  rmSync(data, { recursive: true, force: true })
})

describe('a restart of the local run with the same data folder', () => {
  it('a restart releases a message that was in progress at the stop, long before its visibility timeout', async () => {
    // Much longer than this test waits for the message.
    const { path, remove } = changedAssembly(({ Resources }) => {
      Resources.Jobs.Properties.VisibilityTimeout = 3600
    })
    onTestFinished(remove)
    const first = await startLocal({ assembly: path, data })
    local = first
    const sqs = new SQSClient({ ...first.clientConfig, endpoint: first.endpoints.sqs })
    const MessageBody = JSON.stringify({ name: 'interrupted', waitMs: 1500 })
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: first.resources.Jobs,
        MessageBody,
        MessageGroupId: 'a',
        MessageDeduplicationId: '1',
      }),
    )
    await eventually(() => first.running() === 1)
    await first.stop({ graceMs: 0 })

    const events: LocalEvent[] = []
    const second = await startLocal({ assembly: path, data, onEvent: (event) => events.push(event) })
    local = second
    await eventually(() => events.some((event) => event.type === 'log' && event.line === 'end interrupted receive 2'))
    await eventually(() => second.queueDepth('Jobs').inFlight === 0)
  })

  it('a stop with a grace period lets running functions end and removes their messages from the queue', async () => {
    const first = await startLocal({ assembly: fixtureStacks, data })
    local = first
    const sqs = new SQSClient({ ...first.clientConfig, endpoint: first.endpoints.sqs })
    const MessageBody = JSON.stringify({ name: 'finishing', waitMs: 400 })
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: first.resources.Jobs,
        MessageBody,
        MessageGroupId: 'a',
        MessageDeduplicationId: '1',
      }),
    )
    await eventually(() => first.running() === 1)
    await first.stop({ graceMs: 5000 })
    const second = await startLocal({ assembly: fixtureStacks, data })
    local = second
    expect(second.queueDepth('Jobs')).toEqual({ ready: 0, inFlight: 0, delayed: 0 })
  })
})

describe('an observer of service calls', () => {
  it('an observer of service calls learns the caller and the call before it is served, and can delay it', async () => {
    const calls: ServiceCall[] = []
    const killed: string[] = []
    const started = await startLocal({
      assembly: fixtureStacks,
      onInvocation: (running) => {
        if (running.functionId === 'Services') kill = () => running.kill()
      },
      onServiceCall: (call) => {
        calls.push(call)
        if (call.service === 's3' && call.method === 'PUT') {
          killed.push(call.path)
          kill()
        }
      },
    })
    let kill: () => void = () => undefined
    local = started
    expect(await started.invoke('Services', { id: 'cut' })).toMatchObject({ status: 'crash' })
    expect(killed).toEqual(['/stateful-files/raw/cut?x-id=PutObject'])
    const seen = calls
      .filter((call) => call.accessKeyId === 'Services')
      .map((call) => `${call.service} ${call.operation ?? call.method}`)
    expect(seen).toEqual(['dynamodb PutItem', 's3 PUT'])
  })

  it('functions can be killed around each of their service calls, and the run continues', async () => {
    let countdown = 0
    let delayMs = 0
    let kill: () => void = () => undefined
    const started = await startLocal({
      assembly: fixtureStacks,
      onInvocation: (running) => {
        if (running.functionId === 'Services') kill = () => running.kill()
      },
      onServiceCall: (call) => {
        if (call.accessKeyId !== 'Services') return
        countdown -= 1
        if (countdown === 0) setTimeout(kill, delayMs)
      },
    })
    local = started
    // The function makes ten calls. It is killed before, during and after the service's response.
    for (let call = 1; call <= 10; call += 1) {
      countdown = call
      delayMs = call % 3
      const outcome = await started.invoke('Services', { id: `call-${call}` })
      // The last responses may still arrive in time.
      if (call < 9) expect([call, outcome.status]).toEqual([call, 'crash'])
    }
    countdown = 0
    expect(await started.invoke('Services', { id: 'at-last' })).toMatchObject({ status: 'ok' })
  })
})
