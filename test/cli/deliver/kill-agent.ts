import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { AgentApi } from './agent-api.ts'
import { AgentProcess, buildAgent } from './agent-process.ts'
import { AgentFolder } from './agent-run.ts'

/** Milliseconds around the moment at which the command has taken a mail. */
const spread = 25

/**
 * Kills the agent at random moments around the exit of its command, again and again, and checks that no mail was lost,
 * that no mail was piped again after the journal knew that it was taken, and that each repetition was reported in doubt.
 */
export const killAgentRepeatedly = async (kills: number): Promise<string> => {
  const bundle = buildAgent()
  await using api = await AgentApi.start()
  using folder = new AgentFolder()
  api.repeats = true
  const taken = (): string[] => (existsSync(folder.at('taken')) ? folder.read('taken').split('\n').slice(0, -1) : [])
  const timesTaken = (id: string) => taken().filter((one) => one === id).length
  const take = folder.script(
    'take',
    `cat > /dev/null; echo "$POSTMASTER_DELIVERY_ID" >> ${folder.path}/taken; sleep 0.01; exit 0`,
  )
  const start = () => new AgentProcess(bundle.file, api, folder, ['--once', '--pipe', '--', take])
  const known = new Map<string, number>()
  const seen = { begun: 0, done: 0, reported: 0 }
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const id = `D.${kill}`
      api.add(id)
      const agent = start()
      // Mail of earlier kills comes first.
      while (timesTaken(id) === 0 && agent.child.exitCode === null) await sleep(1)
      await sleep(Math.random() * spread)
      await agent.kill()
      for (const [known_, state] of lastStates(folder)) {
        if (known_ === id) seen[state] += 1
        if (state === 'done' && !known.has(known_)) known.set(known_, timesTaken(known_))
      }
    }
    let last = start()
    while ((await last.ended) !== 0) last = start()
    for (const [id, { state, acks, nacks }] of api.deliveries) {
      const doubts = nacks.filter(({ inDoubt }) => inDoubt).length
      expect([state, acks.length >= 1], `${id} arrived`).toEqual(['delivered', true])
      expect(timesTaken(id), `${id} was taken`).toBeGreaterThanOrEqual(1)
      expect(timesTaken(id), `${id} was repeated only in doubt`).toBeLessThanOrEqual(1 + doubts)
      const times = known.get(id)
      if (times !== undefined) expect(timesTaken(id), `${id} was known to be taken`).toBe(times)
    }
    return `${kills} kills: ${seen.begun} before the journal knew, ${seen.done} before the report, ${seen.reported} after it; ${taken().length - kills} repetitions`
  } finally {
    bundle.remove()
  }
}

/** The last complete line of each delivery in the journal of a killed agent. */
const lastStates = (folder: AgentFolder): Map<string, 'begun' | 'done' | 'reported'> => {
  const lines = readFileSync(`${folder.state}/journal`, 'utf8').split('\n').slice(0, -1)
  return new Map(lines.map((line) => JSON.parse(line)).map(({ id, state }) => [id, state]))
}
