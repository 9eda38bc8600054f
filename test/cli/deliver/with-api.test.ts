import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AgentWorld, startAgentWorld } from '../../functions/agent/agent-world.ts'
import { runCli } from '../run-cli.ts'
import { AgentFolder } from './agent-run.ts'

/** Serves the function for agents, and the storage to which it redirects. */
const serve = async (desk: AgentWorld) => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const path = request.url ?? ''
    const stored = /^\/storage\/(.+)$/.exec(path)?.[1]
    if (stored !== undefined)
      return response.end(desk.copies.get(stored.replace(/^copies\//, '')) ?? desk.rawMail.get(stored))
    const token = request.headers.authorization?.replace('Bearer ', '')
    const deliveryId = /^\/agent\/deliveries\/([^/]+)\//.exec(path)?.[1]
    const { status, body, location } = await desk.call(token, {
      method: request.method ?? '',
      path,
      ...(chunks.length > 0 && { body: JSON.parse(Buffer.concat(chunks).toString()) }),
      ...(deliveryId !== undefined && { params: { deliveryId } }),
    })
    const storage = `http://${request.headers.host}/storage`
    const moved =
      location === undefined ? {} : { location: `${location}`.replace('https://storage.example.com', storage) }
    return response.writeHead(status, { 'content-type': 'application/json', ...moved }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

let [desk, api] = [undefined, undefined] as unknown as [AgentWorld, Awaited<ReturnType<typeof serve>>]
beforeAll(async () => {
  desk = await startAgentWorld()
  api = await serve(desk)
})
afterAll(async () => {
  api.close()
  await desk.tables.stop()
})

let folder = undefined as unknown as AgentFolder
beforeEach(async () => {
  await desk.reset()
  folder = new AgentFolder()
  writeFileSync(folder.token, await desk.destination({ destinationId: 'otobo' }))
})
afterEach(() => folder[Symbol.dispose]())

const run = (...args: string[]) =>
  runCli('--url', api.url, '--token-file', folder.token, 'deliver', '--state', folder.state, '--once', ...args)
const mail = 'From: ann@example.com\nX-OTOBO-Queue: Board\nSubject: Printer\n\nIt burns.\n'

describe('the agent and the API', () => {
  it('a mail becomes a file in a Maildir without the sender’s control headers, and its delivery ends', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    expect(await run('--maildir', folder.at('desk'))).toMatchObject({ code: 0, err: '' })
    const [name = ''] = readdirSync(folder.at('desk/new'))
    expect(readFileSync(folder.at(`desk/new/${name}`), 'utf8')).toBe(
      'From: ann@example.com\r\nSubject: Printer\r\n\r\nIt burns.\r\n',
    )
    expect(await desk.ledger.read(deliveryId)).toMatchObject({ state: 'delivered' })
  })

  it('the ticket number of the command is stored with the delivery', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    await run('--pipe', '--', folder.script('take', 'cat > /dev/null; echo Ticket: 4711'))
    expect((await desk.ledger.read(deliveryId))?.remote).toMatchObject({ ticket: '4711' })
  })

  it('a mail that the command refuses permanently is quarantined with the agent’s remedy', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    await run('--preset', 'osticket', '--pipe', '--', folder.script('take', 'echo banned >&2; exit 77'))
    const delivery = await desk.ledger.read(deliveryId)
    expect(delivery).toMatchObject({ state: 'quarantined', reason: { code: 'refused' } })
    expect(delivery?.reason?.detail).toContain('banned')
    expect(delivery?.reason?.remedy).toContain('handle the mail by hand')
  })

  it('a command that is missing opens the circuit and uses up no attempt', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    await run('--pipe', '--', '/nowhere/command')
    expect(await desk.ledger.read(deliveryId)).toMatchObject({ state: 'pending', attemptCount: 0 })
    expect(await desk.circuits.read('otobo')).toMatchObject({ reason: { code: 'command-not-found' } })
  })

  it('a time-out leaves the delivery in doubt', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    await run('--timeout', '1', '--pipe', '--', folder.script('hang', 'sleep 60'))
    expect(await desk.ledger.read(deliveryId)).toMatchObject({
      state: 'in-doubt',
      reason: { code: 'command-timed-out' },
    })
  })

  it('--check-queues asks for the names that mail of the destination can have', async () => {
    const { code, out, err } = await run('--check-queues', '--preset', 'rt', '--pipe', '--', 'rt-mailgate', '--debug')
    expect([code, out]).toEqual([1, expect.stringMatching(/^\?\? {2}\S/)])
    expect(err).toContain('cannot be asked')
  })
})
