import { describe, expect, it } from 'vitest'
import { pageTests } from '../support/page-tests.ts'
import { overlappingRequests } from '../support/request-times.ts'
import { signedIn, signInAddress } from '../support/sign-in.ts'

const world = pageTests()
const tokenPath = '/admin/session/token'

describe('the session of a person on the page', () => {
  it('a person who opens the printed address is signed in, and the key does not stay in the address', async () => {
    const page = await world().openPage()
    expect(new URL(page.url())).toMatchObject({ pathname: expect.stringMatching(/^\/admin\/?$/), search: '', hash: '' })
    await page.goto('/admin/accounts')
    await page.getByRole('heading', { level: 1, name: 'Mail accounts' }).waitFor()
  })

  it('a person who opens the page without the key is told to open the printed address', async () => {
    world().expectRefusal(403, /\/authorize$/)
    const page = await world().openStranger()
    await page.goto('/admin/accounts')
    await page.getByRole('heading', { name: 'Open the printed address' }).waitFor()
  })

  it('the page keeps no token where a script of a later visit could read it', async () => {
    const page = await world().openPage()
    const kept = await page.evaluate('JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])')
    expect(kept).not.toMatch(/eyJ|token/i)
    const cookies = (await page.context().cookies()).map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))
    expect(cookies).toEqual([{ httpOnly: true, sameSite: 'Strict' }])
  })

  it('two tabs that ask for a token at the same time ask one after the other, and both stay signed in', async () => {
    const page = await world().openPage()
    const other = await page.context().newPage()
    const overlapping = overlappingRequests(page.context(), tokenPath)
    await other.goto('/admin/')
    await signedIn(other)
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([page.reload(), other.reload()])
      await Promise.all([signedIn(page), signedIn(other)])
    }
    expect(overlapping()).toEqual({ requests: 11, overlaps: 0 })
  })

  it('a person who signs out is signed out in every tab, and needs the printed address to return', async () => {
    const page = await world().openPage()
    const other = await page.context().newPage()
    await other.goto('/admin/')
    await signedIn(other)
    world().expectRefusal(403, /\/authorize$/)
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await Promise.all([page, other].map((tab) => tab.waitForURL(/signed-out/)))
    for (const tab of [page, other]) {
      await tab.goto('/admin/accounts')
      await tab.getByRole('heading', { name: 'Open the printed address' }).waitFor()
    }
    await page.goto(signInAddress(world().stack.local))
    await signedIn(page)
  })
})
