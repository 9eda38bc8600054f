import { beforeAll, expect, it } from 'vitest'
import { screenCases } from '../screens.ts'
import { type Desk, seedDesk } from '../seeds/desk.ts'
import { pageTests } from '../support/page-tests.ts'
import { settledScreen } from '../support/settled-screen.ts'

const world = pageTests()
let desk: Desk
beforeAll(async () => {
  desk = await seedDesk(world())
})

/** The words with which the names of buttons that change something begin. */
const changing =
  /^(add|change|connect|create|delete|disconnect|edit|erase|fetch|mark|redirect|release|remove|replace|replay|retry|save|set|test)\b/i
/** The steps to set up an agent are text to copy, and change nothing. */
const harmless = ['Set up the agent']

// Every screen loads the page afresh, which takes several seconds each on a busy machine.
it('a reader sees every screen, and no button or link that changes anything', { timeout: 360_000 }, async () => {
  const page = await world().openPage({ role: 'reader' })
  const found: Record<string, readonly string[]> = {}
  for (const { route, address } of screenCases) {
    await page.goto(`/admin${address(desk)}`)
    await settledScreen(page)
    const controls = page.getByRole('main').locator('button, a[href], [role=menuitem]')
    const names = (await controls.allInnerTexts()).filter((name) => changing.test(name) && !harmless.includes(name))
    if (names.length > 0) found[route] = names
  }
  expect(found).toEqual({})
})

it.each([
  ['/accounts/new', 'You can view mail accounts but not change them.'],
  ['/destinations/new', 'You can view destinations but not change them.'],
])('a reader who opens the address of the form %s reads why there is no form', async (path, text) => {
  const page = await world().openPage({ role: 'reader', path: `/admin${path}` })
  await page.getByText(text).waitFor()
})
