import { describe, expect, it } from 'vitest'
import { fittingHelp } from '../../../../cli/terminal/layout/help.ts'

describe('a help text on a terminal', () => {
  it('the lines of a paragraph are joined and broken again', () => {
    const text = 'The password is never\nan argument. It comes from standard input.\n\nExamples:\n  one'
    expect(fittingHelp(text, 40)).toBe(
      'The password is never an argument. It\ncomes from standard input.\n\nExamples:\n  one',
    )
  })

  it('a command is broken with a backslash, but not within quotes', () => {
    const command = '  postmaster accounts add --profile "Desk at Microsoft 365" --type IMAPS'
    expect(fittingHelp(command, 60)).toBe(
      '  postmaster accounts add \\\n    --profile "Desk at Microsoft 365" --type IMAPS',
    )
    expect(fittingHelp(command, 100)).toBe(command)
  })
})
