import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallMessages } from '../mail-server/corpus.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { sha256 } from '../support/raw-mail.ts'
import { SpawnedStack } from '../support/spawned-stack.ts'
import { accountOn } from '../support/stack.ts'

const password = 'a-password-of-this-test'
const data = mkdtempSync(join(tmpdir(), 'postmaster-restart-'))
let server: MailServer

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: [{ name: 'desk', password }] })
}, assemblyLimitMs)

afterAll(async () => {
  await server?.stop()
  rmSync(data, { recursive: true, force: true })
})

describe('npm start that is killed with kill -9 during a fetch', () => {
  it('npm start continues with its data folder after kill -9: accounts, queues and mail are kept, and the next fetch completes', {
    timeout: 180_000,
  }, async () => {
    const sent = smallMessages(300, { seed: 77 })
    server.user('desk').inbox.appendAll(sent)
    let accountId = ''
    let queueId = ''
    let runId = ''
    {
      await using first = await SpawnedStack.start(data, [server])
      queueId = await first.api.createQueue('Support')
      const dispatching = { by: 'queue', queueId }
      const settings = { ...accountOn(server, 'IMAPTLS', 'desk'), password, dispatching }
      accountId = (await first.api.createAccount(settings)).accountId
      runId = await first.api.fetchNow(accountId)
      for (let stored = 0; stored < 50; ) {
        expect((await first.api.run(runId)).state).toMatch(/queued|running/)
        stored = (await first.api.messages(`accountId=${accountId}`)).length
      }
      await first.kill()
    }
    await using second = await SpawnedStack.start(data, [server])
    const [account] = await second.api.accounts()
    expect(account).toMatchObject({ accountId, username: 'desk', dispatching: { queueId, queueName: 'Support' } })
    const before = await second.api.messages(`accountId=${accountId}`)
    expect(before.length).toBeGreaterThanOrEqual(50)
    expect(before.length).toBeLessThan(300)

    expect((await second.api.ended(runId)).state).toBe('crashed')
    const run = await second.api.ended(await second.api.fetchNow(accountId))
    expect(run).toMatchObject({ state: 'done', counts: { left: 0, skipped: 0 } })
    const messages = await second.api.messages(`accountId=${accountId}`)
    expect(messages.map((message) => message.sha256).toSorted()).toEqual(sent.map(sha256).toSorted())
    expect(new Set(messages.map(({ state }) => state))).toEqual(new Set(['announced']))
    for (const { messageId, sha256: hash } of messages.slice(0, 60)) {
      const { headers } = await second.api.good('GET', `/messages/${messageId}/raw`)
      const download = await fetch(headers.get('location') ?? '')
      expect(sha256(Buffer.from(await download.arrayBuffer()))).toBe(hash)
    }
    expect(server.user('desk').inbox.messages).toEqual([])
    await second.stop()
  })
})
