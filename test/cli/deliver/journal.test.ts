import { appendFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Entry, Journal } from '../../../cli/deliver/state/journal.ts'
import { AgentFolder } from './agent-run.ts'

let folder = undefined as unknown as AgentFolder
beforeEach(() => {
  folder = new AgentFolder()
  mkdirSync(folder.state)
})
afterEach(() => folder[Symbol.dispose]())

const begun = (id: string, at = Date.now()): Entry => ({ id, at, state: 'begun', lease: 'l', repeatable: false })
const done = (id: string): Entry => ({
  id,
  at: Date.now(),
  state: 'done',
  replays: 0,
  ack: { lease: 'l', milliseconds: 1, bytes: 2 },
})

const entriesAfterRestart = (): Entry[] => {
  const journal = new Journal(folder.state)
  journal.close()
  return journal.entries()
}

describe('the journal of the agent', () => {
  it('the journal remembers what the API does not know yet', () => {
    const journal = new Journal(folder.state)
    journal.record(begun('D.1'))
    journal.recordProcess('D.1', { pid: 12, start: '34' })
    journal.record(begun('D.2'))
    journal.record(done('D.2'))
    journal.record(begun('D.3'))
    journal.record(done('D.3'))
    journal.forget('D.3', Date.now())
    journal.close()
    expect(entriesAfterRestart()).toMatchObject([
      { id: 'D.1', state: 'begun', process: { pid: 12, start: '34' } },
      { id: 'D.2', state: 'done' },
    ])
    expect(statSync(folder.at('state/journal')).mode & 0o077).toBe(0)
  })

  it('a journal that ends anywhere, as after a crash, has the state before the unfinished line', () => {
    const journal = new Journal(folder.state)
    journal.record(begun('D.1'))
    journal.record(done('D.1'))
    journal.forget('D.1', Date.now())
    journal.record(begun('D.2'))
    journal.close()
    const bytes = readFileSync(folder.at('state/journal'))
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 10)
    const states = [[], ['begun'], ['done'], [], ['begun']]
    for (let length = 0; length <= bytes.length; length += 1) {
      writeFileSync(folder.at('state/journal'), bytes)
      truncateSync(folder.at('state/journal'), length)
      const complete = ends.filter((end) => end < length).length
      expect(
        entriesAfterRestart().map(({ state }) => state),
        `${length} bytes`,
      ).toEqual(states[complete])
    }
  })

  it('a crash while the journal is rewritten leaves the old journal', () => {
    const journal = new Journal(folder.state)
    journal.record(done('D.1'))
    journal.close()
    writeFileSync(folder.at('state/journal.next'), '{"id":')
    expect(entriesAfterRestart()).toMatchObject([{ id: 'D.1' }])
  })

  it('a journal with a damaged line in its middle is not used', () => {
    const journal = new Journal(folder.state)
    journal.record(begun('D.1'))
    journal.close()
    appendFileSync(folder.at('state/journal'), 'garbage\n{"also": "not an entry"}\n')
    expect(() => new Journal(folder.state)).toThrow(/is damaged. Move it away/)
  })

  it('the journal stays small however many deliveries pass', () => {
    const journal = new Journal(folder.state)
    journal.record(begun('D.open'))
    let largest = 0
    for (let at = 0; at < 5000; at += 1) {
      journal.recordProcess('D.open', { pid: 1 })
      journal.forget('D.other', at)
      largest = Math.max(largest, statSync(folder.at('state/journal')).size)
    }
    journal.close()
    expect(largest).toBeLessThan(600_000)
    expect(entriesAfterRestart()).toMatchObject([{ id: 'D.open', process: { pid: 1 } }])
  })

  it('an entry is forgotten after 30 days', () => {
    const journal = new Journal(folder.state)
    journal.record(begun('D.old', Date.now() - 31 * 86_400_000))
    journal.record(begun('D.new'))
    journal.close()
    expect(entriesAfterRestart().map(({ id }) => id)).toEqual(['D.new'])
  })
})
