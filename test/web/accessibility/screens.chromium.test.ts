import { describe, expect, it } from 'vitest'
import { unusedExceptions } from '../support/axe.ts'
import { checkScreens } from './check-screens.ts'

// The combination with the least contrast and the least room. The others are in the nightly part, and many journeys check
// their screens in the light theme of a laptop.
checkScreens([{ theme: 'dark', width: 390 }])

describe('the exceptions of the accessibility check', () => {
  it('every exception of the accessibility check is still needed', () => {
    expect(unusedExceptions()).toEqual([])
  })
})
