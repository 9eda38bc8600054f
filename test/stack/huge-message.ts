import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hugeMessage } from '../mail-server/corpus.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { RawMail, sha256 } from '../support/raw-mail.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const mebibyte = 1024 * 1024
const size = 100 * mebibyte
const password = 'a-password-of-this-test'

let server: MailServer
let stack: TestStack

export const describeHugeMessage = (types: readonly ('IMAPS' | 'POP3S')[]): void => {
  beforeAll(async () => {
    await assembly()
    server = await startMailServer({ users: types.map((name) => ({ name, password })) })
    stack = await startStack({ servers: [server] })
  }, assemblyLimitMs)

  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]()
    await server?.stop()
  })

  describe.each(types)('a message of 100 MiB over %s', (type) => {
    it('passes through the fetch bundle within its declared 512 MB and lies byte for byte in the store', {
      timeout: 180_000,
    }, async () => {
      const message = hugeMessage(size, { seed: type.length })
      expect(message.length).toBe(size)
      server.user(type).inbox.append(message)
      const settings = { ...accountOn(server, type, type), password, maxMessageSize: 2 * size }
      const { accountId } = await stack.api.createAccount(settings)
      const run = await stack.api.ended(await stack.api.fetchNow(accountId), 170_000)
      expect(run).toMatchObject({ state: 'done', bytes: size, counts: { found: 1, stored: 1, deleted: 1 } })
      await stack.settled()
      const [stored] = await stack.api.messages(`accountId=${accountId}`)
      expect(await new RawMail(stack).hash(stored?.messageId ?? '')).toEqual({ size, sha256: sha256(message) })
      expect(server.user(type).inbox.messages).toEqual([])

      const { peakBytes, status } = stack.ended('FetchingFunction').at(-1) ?? {}
      expect(status).toBe('ok')
      // The runner has killed it above 512 MB; a process that was seen at all has taken some.
      if (process.platform === 'linux') expect(peakBytes).toBeGreaterThan(50 * mebibyte)
      expect(peakBytes ?? 0).toBeLessThan(512 * mebibyte)
      console.log(`100 MiB over ${type}: ${Math.ceil((peakBytes ?? 0) / mebibyte)} MiB at most`)
    })
  })
}
