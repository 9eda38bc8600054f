import { describe, expect, it } from 'vitest'
import { killAgentRepeatedly } from './kill-agent.ts'

describe('an agent that is killed', () => {
  it('an agent that is killed 20 times around the exit of its command loses nothing and repeats nothing that it knew', async () => {
    expect(await killAgentRepeatedly(20)).toMatch(/^20 kills/)
  })
})
