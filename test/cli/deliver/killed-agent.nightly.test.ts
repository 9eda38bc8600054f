import { describe, expect, it } from 'vitest'
import { killAgentRepeatedly } from './kill-agent.ts'

describe('an agent that is killed often', () => {
  // 200 starts of Node.js take longer than one test may.
  it('an agent that is killed 200 times around the exit of its command loses nothing and repeats nothing that it knew', async () => {
    const verdict = await killAgentRepeatedly(200)
    console.log(verdict)
    expect(verdict).toMatch(/^200 kills/)
  }, 600_000)
})
