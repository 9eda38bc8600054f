import { describe, expect, it } from 'vitest'
import { ProgressLine } from '../../../cli/fetch/progress-line.ts'

const lineWith = (isTerminal: boolean) => {
  let written = ''
  let now = 0
  const write = (text: string) => {
    written += text
  }
  const line = new ProgressLine({ write, isTerminal, now: () => now })
  return {
    line,
    written: () => written,
    later: (seconds: number) => {
      now += seconds * 1000
    },
  }
}

describe('the progress of a command', () => {
  it('a terminal shows the progress in one line that is redrawn', () => {
    const { line, written } = lineWith(true)
    line.show('1 of 3')
    line.show('2 of 3')
    line.end('3 of 3')
    expect(written()).toBe('\r\u001b[K1 of 3\r\u001b[K2 of 3\r\u001b[K3 of 3\n')
  })

  it('a log shows the progress at most once a minute, only when it has changed, and at the end', () => {
    const { line, written, later } = lineWith(false)
    line.show('0 of 3')
    later(59)
    line.show('1 of 3')
    later(1)
    line.show('2 of 3')
    line.show('3 of 3')
    later(120)
    line.show('2 of 3')
    expect(written()).toBe('2 of 3\n')
    line.end('all')
    expect(written()).toBe('2 of 3\nall\n')
  })
})
