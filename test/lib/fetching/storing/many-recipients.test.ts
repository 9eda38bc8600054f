import { expect, it } from 'vitest'
import { takeJob } from '../../../../lib/fetching/take-job.ts'
import { explainMessage } from '../../../../lib/messages/history/explain-message.ts'
import { FakeServer } from '../fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from '../memory-services.ts'

const stored = async (...recipients: string[]) => {
  const server = new FakeServer([aMail(1, recipients.join(',\r\n '))])
  const { services, state } = memoryServices(server, anAccount({ dispatching: { by: 'to-field' } }))
  await takeJob(services, tick(), aDeadline(state.now))
  const [message] = state.messages.values()
  if (!message) throw new Error('nothing was stored')
  const steps = explainMessage(message, undefined).steps
  return { message, detail: steps.find(({ code }) => code === 'dispatched')?.detail }
}
const people = Array.from({ length: 1_999 }, (_, n) => `r${n}@x.example`)

it('the last of 2,000 recipients determines the queue, and the row keeps the first ones', async () => {
  const { message, detail } = await stored(...people, 'support@example.com')
  expect(message).toMatchObject({ queueName: 'Support', reason: { code: 'recipient' } })
  expect(message.header?.recipients).toHaveLength(500)
  expect(message.header?.truncated).toContain('recipients')
  expect(detail).toContain('To: support@example.com is the system address of queue Support.')
  expect(detail).toMatch(/and 450 more\. The message’s record keeps only .* The list may end before the match\.$/)
})

it('the row and the explanation of a message without a system address say what was looked up', async () => {
  const { message, detail } = await stored(...people)
  expect(message).toMatchObject({ queueName: 'Raw', reason: { code: 'default-queue' } })
  expect(message.reason.detail).toContain('r2@x.example and 1,996 more)')
  expect(detail).toMatch(/The message’s record keeps only the first recipients of each header\. More were looked up\.$/)
})
