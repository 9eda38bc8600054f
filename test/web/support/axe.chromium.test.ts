import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chromium } from '../../oauth2-server/browser/chromium.ts'
import { axeViolations } from './axe.ts'
import { startStrictSite } from './strict-site.ts'

let chromium: Chromium
beforeAll(async () => {
  chromium = await Chromium.start()
})
afterAll(() => chromium?.[Symbol.asyncDispose]())

const violationsOf = async (body: string) => {
  const site = await startStrictSite(`<!doctype html><html lang="en"><title>A page</title><main>${body}</main></html>`)
  try {
    return await chromium.withPage(async (page) => {
      await page.goto(site.url)
      return await axeViolations(page)
    })
  } finally {
    await site.close()
  }
}

describe('the accessibility check', () => {
  it('the accessibility check finds nothing on an accessible page with the strict policy', async () => {
    expect(await violationsOf('<h1>Hello</h1><label>Name <input></label>')).toEqual([])
  })

  it('the accessibility check names the rule and the element of each violation', async () => {
    const violations = await violationsOf('<h1>Hello</h1><input id="name"><img id="logo" src="/logo.png">')
    expect(violations).toEqual([
      expect.stringMatching(/^image-alt .* at <img id="logo"/),
      expect.stringMatching(/^label .* at <input id="name"/),
    ])
  })
})
