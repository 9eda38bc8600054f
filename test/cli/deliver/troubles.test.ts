import { readdirSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AgentClient } from '../../../cli/deliver/agent-client.ts'
import { type Pauses, runLoop } from '../../../cli/deliver/loop.ts'
import { MaildirReceiver } from '../../../cli/deliver/receiver/maildir.ts'
import { Report } from '../../../cli/deliver/report.ts'
import { Journal } from '../../../cli/deliver/state/journal.ts'
import { agentToken as tokenOf } from '../../../cli/deliver/token.ts'
import { AgentApi, agentToken } from './agent-api.ts'
import { AgentFolder } from './agent-run.ts'

let [api, folder] = [undefined, undefined] as unknown as [AgentApi, AgentFolder]
beforeEach(async () => {
  api = await AgentApi.start()
  folder = new AgentFolder()
  await mkdir(`${folder.state}/mail`, { recursive: true })
})
afterEach(async () => {
  await api[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const quick: Pauses = { idle: [20], trouble: [10, 20], denied: 20 }

/** Runs the loop in this process until the condition holds. @returns what it printed */
const runUntil = async (condition: () => boolean, pauses = quick): Promise<string> => {
  let text = ''
  const out = (line: string) => {
    text += line
  }
  const journal = new Journal(folder.state)
  const services = {
    client: new AgentClient(api.url, tokenOf(folder.token)),
    journal,
    report: new Report({ out, err: out }, false),
    receiver: new MaildirReceiver(folder.at('desk')),
    mail: `${folder.state}/mail`,
  }
  const stop = new AbortController()
  const loop = runLoop(services, { concurrency: 2, timeoutMs: 1000, once: false, pauses }, stop.signal)
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
  stop.abort()
  await loop
  journal.close()
  return text
}

const leases = () => api.requests.filter((request) => request === 'POST /agent/lease').length
/** Gives the first requests this answer. */
const first = (count: number, answer: ReturnType<AgentApi['fault']>) => {
  let rest = count
  api.fault = () => (rest-- > 0 ? answer : undefined)
}

describe('the agent in trouble', () => {
  it.each([
    ['an API that hangs up', 'hang up', 'cannot be reached'],
    ['an API that fails', { status: 503, body: '{"title": "No room", "remedy": "Wait."}' }, 'HTTP status 503: No room'],
    ['an answer that is not JSON', { status: 200, body: '<html>' }, 'does not understand'],
    ['an answer without items', { status: 200, body: '{}' }, 'does not understand'],
    ['an endless answer', { status: 200, body: 'x'.repeat(2_000_000) }, 'does not understand'],
    ['a redirect', { status: 302, headers: { location: 'http://192.0.2.1/' } }, 'cannot be reached'],
    ['a revoked token', { status: 401 }, 'The token was revoked'],
  ] as const)('the agent says what %s means, tries again and delivers', async (_name, answer, words) => {
    api.add('D.1')
    first(3, answer)
    const text = await runUntil(() => api.delivery('D.1').state === 'delivered')
    expect(text).toContain(words)
    expect(text).toContain('The API answers again.')
  })

  it('Retry-After is observed', async () => {
    first(1, { status: 429, headers: { 'retry-after': '1' } })
    const started = Date.now()
    await runUntil(() => leases() === 2)
    expect(Date.now() - started).toBeGreaterThanOrEqual(1000)
  })

  it('a new token in the token file takes effect without a restart', async () => {
    api.add('D.1')
    writeFileSync(folder.token, `pmt_${'b'.repeat(43)}`)
    await runUntil(() => {
      if (leases() === 2) writeFileSync(folder.token, agentToken)
      return api.delivery('D.1').state === 'delivered'
    })
    expect(leases()).toBeGreaterThanOrEqual(3)
  })

  it('an idle agent says so once, and asks again after the pause', async () => {
    const text = await runUntil(() => leases() >= 5)
    expect(text.match(/waits for mail/g)).toHaveLength(1)
  })

  it('a download that breaks off is tried again later, as a failure of the destination', async () => {
    api.add('D.1')
    api.fault = (request) => (request.startsWith('GET /storage') ? 'hang up' : undefined)
    await runUntil(() => api.delivery('D.1').nacks.length === 1)
    expect(api.delivery('D.1').nacks).toMatchObject([{ code: 'download-failed', scope: 'destination' }])
  })

  it('a mail that the storage does not have is a failure of this mail', async () => {
    api.add('D.1')
    api.fault = (request) => (request.startsWith('GET /storage') ? { status: 404 } : undefined)
    await runUntil(() => api.delivery('D.1').nacks.length === 1)
    expect(api.delivery('D.1').nacks).toMatchObject([{ code: 'download-failed', scope: 'message' }])
  })

  it('a mail that a person replays is handed over again, even if its first success could not be reported', async () => {
    api.add('D.1')
    const maildir = folder.at('desk/new')
    api.fault = (request) => (request.endsWith('/ack') ? 'hang up' : undefined)
    let isReplayed = false
    await runUntil(() => {
      if (!isReplayed && api.requests.some((request) => request.endsWith('/ack'))) {
        api.replay('D.1')
        isReplayed = true
        api.fault = () => undefined
      }
      return api.delivery('D.1').state === 'delivered'
    })
    expect(readdirSync(maildir).toSorted()).toEqual(['D.1', 'D.1.replay1'])
  })

  it('results that could not be reported are reported when the API answers again', async () => {
    api.add('D.1')
    let hangUps = 0
    api.fault = (request) => (request.endsWith('/ack') && hangUps++ < 2 ? 'hang up' : undefined)
    const text = await runUntil(() => api.delivery('D.1').state === 'delivered')
    expect(text).toContain('The agent reports the result of delivery')
    expect(api.delivery('D.1').leases).toHaveLength(1)
  })
})
