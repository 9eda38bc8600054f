import { expect, it } from 'vitest'
import { hasColours } from '../../../cli/terminal/colours.ts'

it.each([
  ['a terminal', {}, true, true],
  ['a pipe', {}, false, false],
  ['a terminal with NO_COLOR', { NO_COLOR: '1' }, true, false],
  ['a terminal with an empty NO_COLOR', { NO_COLOR: '' }, true, true],
  ['a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, false, true],
  ['a terminal with FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
  ['a terminal with both', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('the output to %s has colours as it should', (_, environment, onTerminal, expected) => {
  expect(hasColours(environment, onTerminal)).toBe(expected)
})
