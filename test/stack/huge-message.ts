import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { messageViewSchema } from '../../lib/messages/view/message-view.ts'
import { hugeMessage } from '../mail-server/corpus.ts'
import { wrongSize } from '../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { RawMail, sha256 } from '../support/raw-mail.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const mebibyte = 1024 * 1024
const password = 'a-password-of-this-test'
/** A 500 MiB message takes a minute for each protocol, and another minute to compare and read. */
const timeout = 600_000

let server: MailServer
let stack: TestStack

/** The memory of the latest invocation, in MiB. The runner kills a process that uses more than the declared memory. */
const peakOf = (functionId: string): number => {
  const { peakBytes = 0, status } = stack.ended(functionId).at(-1) ?? {}
  expect(status).toBe('ok')
  // The process must have used some memory if it was measured at all.
  if (process.platform === 'linux') expect(peakBytes).toBeGreaterThan(50 * mebibyte)
  return Math.ceil(peakBytes / mebibyte)
}

export const describeHugeMessage = ({
  types,
  mebibytes,
}: {
  readonly types: ReadonlyArray<'IMAPS' | 'POP3S'>
  readonly mebibytes: number
}): void => {
  const size = mebibytes * mebibyte

  beforeAll(async () => {
    await assembly()
    server = await startMailServer({ users: types.map((name) => ({ name, password })) })
    stack = await startStack({ servers: [server] })
  }, assemblyLimitMs)

  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]()
    await server?.stop()
  })

  beforeEach(() => {
    server.faults = []
  })

  describe.each(types)(`a message of ${mebibytes} MiB over %s`, (type) => {
    const fetched = async () => {
      const { accountId } = await stack.api.createAccount({
        ...accountOn(server, type, type),
        password,
        maxMessageSize: size,
      })
      const run = await stack.api.ended(await stack.api.fetchNow(accountId), timeout)
      await stack.settled()
      const [stored] = await stack.api.messages(`accountId=${accountId}`)
      await stack.api.good('DELETE', `/accounts/${accountId}`, { ifMatch: '*' })
      return { run, messageId: stored?.messageId ?? '' }
    }

    it.each([
      ['its real size', []],
      // The client then requests the whole message at once, as it does for any small message.
      ['a size of 100 bytes', [wrongSize(100)]],
    ])(
      'a huge message passes through the fetch function and the view within their memory if the server lists %s',
      {
        timeout,
      },
      async (listed, faults) => {
        const message = hugeMessage(size, { seed: type.length + faults.length })
        server.user(type).inbox.append(message)
        server.faults = faults
        const { run, messageId } = await fetched()
        expect(run).toMatchObject({ state: 'done', bytes: size, counts: { found: 1, stored: 1, deleted: 1 } })
        const fetchPeak = peakOf('FetchingFunction')
        expect(fetchPeak).toBeLessThan(512)
        expect(await new RawMail(stack).hash(messageId)).toEqual({ size, sha256: sha256(message) })
        expect(server.user(type).inbox.messages).toEqual([])

        const { body } = await stack.api.good('GET', `/messages/${messageId}/view`)
        const view = messageViewSchema.parse(body)
        // If reading a message takes longer than a request allows, the view shows what was read until then.
        expect(view.attachments.length === 1 || view.incomplete?.code === 'too-slow').toBe(true)
        const viewPeak = peakOf('MessageView')
        expect(viewPeak).toBeLessThan(1024)
        console.log(`${mebibytes} MiB over ${type}, listed with ${listed}: ${fetchPeak} MiB, view: ${viewPeak} MiB`)
      },
    )
  })
}
