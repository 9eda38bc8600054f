import { describe, expect, it } from 'vitest'
import { unusedExceptions } from '../support/axe.ts'
import { checkScreens } from './check-screens.ts'

// Both themes and both widths. The two other combinations are in the nightly part.
checkScreens([
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
])

describe('the exceptions of the accessibility check', () => {
  it('every exception of the accessibility check is still needed', () => {
    expect(unusedExceptions()).toEqual([])
  })
})
