import { describe, expect, it } from 'vitest'
import { CleanUp } from '../../verify/report/clean-up.ts'

const removable = (what: string, remove: () => Promise<void>) => ({ what, command: () => `remove ${what}`, remove })

describe('the clean-up of a verification', () => {
  it('the clean-up removes the newest first, and goes on after a failure', async () => {
    const removed: string[] = []
    const cleanUp = new CleanUp(0)
    for (const what of ['queue', 'account', 'folder'])
      cleanUp.add(
        removable(what, async () => {
          if (what === 'account') throw new Error('the account is locked')
          removed.push(what)
        }),
      )
    expect(await cleanUp.run()).toEqual([
      {
        what: 'account',
        command: 'remove account',
        reason: { code: 'unexpected', detail: 'Error: the account is locked', remedy: expect.any(String) },
      },
    ])
    expect(removed).toEqual(['folder', 'queue'])
    expect(cleanUp.open()).toEqual([])
  })

  it('the clean-up tries again what is still in use', async () => {
    let calls = 0
    const cleanUp = new CleanUp(0)
    cleanUp.add(
      removable('queue', async () => {
        calls += 1
        if (calls < 3) throw new Error('the queue is in use')
      }),
    )
    expect(await cleanUp.run()).toEqual([])
    expect(calls).toBe(3)
  })

  it('the clean-up knows what is still open, with the latest command', () => {
    const cleanUp = new CleanUp(0)
    let id = 'ID'
    cleanUp.add({ what: 'an account', command: () => `delete ${id}`, remove: async () => undefined })
    id = '01J'
    expect(cleanUp.open()).toEqual([{ what: 'an account', command: 'delete 01J' }])
  })
})
