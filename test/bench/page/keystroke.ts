import type { Page } from 'playwright-core'
import * as z from 'zod'
import type { PageWorld } from '../../web/support/page-world.ts'
import { applyCondition, type Condition } from './conditions.ts'

/** Typed into the filter, one character after the other. The text matches fewer accounts with each character. */
const text = 'desk0123'

/** Milliseconds without a change, after which the table shows the result of a keystroke. */
const quiet = 400

/**
 * Measures from the key event to the frame that paints its character, and to the frame that paints the last change of
 * the table.
 */
const script = `
  globalThis.keystrokesForBench = () => {
    const input = document.querySelector('input[type=search]')
    const keys = []
    input.addEventListener('keydown', ({ timeStamp }) => keys.push({ timeStamp, character: undefined, table: 0 }), { capture: true })
    input.addEventListener('input', () => {
      const key = keys.at(-1)
      requestAnimationFrame(() => setTimeout(() => { key.character = performance.now() - key.timeStamp }))
    })
    new MutationObserver(() => {
      const key = keys.at(-1)
      if (key) requestAnimationFrame(() => setTimeout(() => { key.table = performance.now() - key.timeStamp }))
    }).observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true })
    return keys
  }
  globalThis.keysForBench = undefined`

export interface Keystroke {
  /** In milliseconds, to the frame that shows the character. */
  readonly characterMs: number
  /** In milliseconds, to the frame that shows the filtered table. */
  readonly tableMs: number
}

const keysSchema = z.array(z.object({ character: z.number(), table: z.number() }))

/** Types into the filter of the accounts screen. The world has 10,000 accounts. */
export const measureKeystrokes = async (world: PageWorld, condition: Condition): Promise<Keystroke[]> => {
  const page = await world.openPage({ path: '/admin/accounts' })
  await page.locator('table tbody tr a').first().waitFor()
  const debug = await page.context().newCDPSession(page)
  await applyCondition(debug, condition)
  await page.evaluate(`${script}; globalThis.keysForBench = globalThis.keystrokesForBench(); undefined`)
  await page.getByRole('searchbox').focus()
  for (const character of text) {
    await page.keyboard.type(character)
    await settled(page)
  }
  const keys = keysSchema.parse(await page.evaluate('globalThis.keysForBench'))
  await world.browser.closePages()
  return keys.map(({ character, table }) => ({ characterMs: character, tableMs: table }))
}

/** Waits until nothing on the screen has changed for a while. */
const settled = async (page: Page): Promise<void> => {
  await page.evaluate(`new Promise((resolve) => {
    let timer = setTimeout(end, ${quiet})
    const observer = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, ${quiet}) })
    observer.observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true })
    function end() { observer.disconnect(); resolve() }
  })`)
}
