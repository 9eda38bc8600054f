import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AgentApi } from './agent-api.ts'
import { AgentProcess, buildAgent } from './agent-process.ts'
import { AgentFolder, runOnce } from './agent-run.ts'

let bundle = undefined as unknown as ReturnType<typeof buildAgent>
beforeAll(() => {
  bundle = buildAgent()
})
afterAll(() => bundle.remove())

let [api, folder] = [undefined, undefined] as unknown as [AgentApi, AgentFolder]
beforeEach(async () => {
  api = await AgentApi.start()
  folder = new AgentFolder()
})
afterEach(async () => {
  await api[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const until = async (condition: () => boolean) => {
  while (!condition()) await sleep(10)
}
const start = (...args: string[]) => new AgentProcess(bundle.file, api, folder, args)
/** A command that waits for a file. */
const waiting = () =>
  folder.script(
    'wait',
    `echo $$ >> ${folder.path}/pid; while [ ! -e ${folder.path}/go ]; do sleep 0.05; done; cat >/dev/null`,
  )
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('the end and the next start of the agent', () => {
  it('the next start ends a command that outlived a killed agent, and reports its mail as in doubt', async () => {
    api.add('D.1')
    const agent = start('--pipe', '--', waiting())
    // The agent records the process just after it has started.
    await until(() => existsSync(folder.at('pid')) && folder.read('state/journal').includes('"process"'))
    await agent.kill()
    const pid = Number(folder.read('pid'))
    expect(isAlive(pid)).toBe(true)
    const { code, err } = await runOnce(api, folder, '--pipe', '--', waiting())
    expect([code, isAlive(pid)]).toEqual([0, false])
    expect(err).toContain('Delivery D.1 is in doubt: The agent ended while the ticket system took the mail. Check')
    expect(api.delivery('D.1').nacks).toMatchObject([
      { code: 'agent-interrupted', inDoubt: true, permanent: false, scope: 'message', lease: 'lease1.D.1' },
    ])
  })

  it('a mail for a command that recognises repeats is not in doubt after the agent was killed', async () => {
    api.add('D.1')
    const agent = start('--repeatable', '--pipe', '--', waiting())
    await until(() => existsSync(folder.at('pid')))
    await agent.kill()
    await runOnce(api, folder, '--repeatable', '--pipe', '--', waiting())
    expect(api.delivery('D.1').nacks[0]?.inDoubt).toBe(false)
  })

  it('SIGTERM lets the agent finish the current mail, and it takes no other one', async () => {
    api.add('D.1')
    api.add('D.2')
    const agent = start('--pipe', '--', waiting())
    await until(() => existsSync(folder.at('pid')))
    agent.child.kill('SIGTERM')
    await until(() => agent.out.includes('finishes the mail'))
    folder.script('go', '')
    expect(await agent.ended).toBe(0)
    expect([api.delivery('D.1').state, api.delivery('D.2').state]).toEqual(['delivered', 'pending'])
    expect(agent.out).toContain('Agent stops: 1 delivered, 0 not delivered.')
  })

  it('a second SIGINT ends the agent and its command at once', async () => {
    api.add('D.1')
    const agent = start('--pipe', '--', waiting())
    await until(() => existsSync(folder.at('pid')))
    agent.child.kill('SIGINT')
    await until(() => agent.out.includes('finishes the mail'))
    agent.child.kill('SIGINT')
    expect(await agent.ended).toBe(130)
    await until(() => !isAlive(Number(folder.read('pid'))))
    expect(api.delivery('D.1').state).toBe('leased')
  })

  it('SIGTERM ends an idle agent at once', async () => {
    const agent = start('--maildir', folder.at('desk'))
    await until(() => agent.out.includes('waits for mail'))
    agent.child.kill('SIGTERM')
    expect(await agent.ended).toBe(0)
  })

  it('the lock of a killed agent does not stop the next one', async () => {
    const agent = start('--maildir', folder.at('desk'))
    await until(() => agent.out.includes('waits for mail'))
    await agent.kill()
    expect(existsSync(`${folder.state}/lock`)).toBe(true)
    expect((await runOnce(api, folder, '--maildir', folder.at('desk'))).code).toBe(0)
    expect(existsSync(`${folder.state}/lock`)).toBe(false)
  })
})
