import { beforeAll, describe, expect, it } from 'vitest'
import { screenCases } from '../screens.ts'
import { type Desk, seedDesk } from '../seeds/desk.ts'
import { axeViolations } from '../support/axe.ts'
import { look } from '../support/look.ts'
import type { Theme, Width } from '../support/page-options.ts'
import { pageTests } from '../support/page-tests.ts'
import { settledScreen } from '../support/settled-screen.ts'

interface Appearance {
  readonly theme: Theme
  readonly width: Width
}

/** Checks every screen of the page with the data of a small desk. */
export const checkScreens = (appearances: readonly Appearance[]): void => {
  const world = pageTests()
  let desk: Desk
  beforeAll(async () => {
    desk = await seedDesk(world())
  })

  describe.each(appearances)('the screens in the $theme theme with a width of $width pixels', ({ theme, width }) => {
    // Every screen loads the page afresh, which takes several seconds each on a busy machine.
    it(`every screen meets WCAG 2.2 AA and fits into the ${theme} window of ${width} pixels`, {
      timeout: 360_000,
    }, async () => {
      const page = await world().openPage({ theme, width })
      const found = new Map<string, string[]>()
      for (const { route, address } of screenCases) {
        await page.goto(`/admin${address(desk)}`)
        await settledScreen(page)
        await look(page, `${route.replaceAll(/\W+/g, '-').replaceAll(/^-|-$/g, '') || 'overview'}-${theme}-${width}`)
        const tooWide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
        const problems = [
          ...(await axeViolations(page)),
          ...(Number(tooWide) > 0 ? [`${tooWide} pixels too wide`] : []),
        ]
        for (const problem of problems) found.set(problem, [...(found.get(problem) ?? []), route])
      }
      expect([...found]).toEqual([])
    })
  })
}
