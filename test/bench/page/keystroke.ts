import type { Page } from 'playwright-core'
import * as z from 'zod'
import type { PageWorld } from '../../web/support/page-world.ts'
import { applyCondition, type Condition } from './conditions.ts'

/** With 10,000 accounts, the table changes with each of these keys, and the last two show almost all accounts. */
const keys = ['9', '8', '7', '6', 'Backspace', 'Backspace', 'Backspace', 'Backspace']

/** Milliseconds without a change, after which the table shows the result of a keystroke. */
const quiet = 1500

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
    const observer = new MutationObserver(() => {
      const key = keys.at(-1)
      if (key) requestAnimationFrame(() => setTimeout(() => { key.table = performance.now() - key.timeStamp }))
    })
    // Other parts of the screen announce the number of matches to screen readers later.
    for (const rows of document.querySelectorAll('main tbody')) observer.observe(rows, { childList: true, subtree: true, characterData: true })
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
  for (const key of keys) {
    await page.keyboard.press(key)
    await settled(page)
  }
  const measured = keysSchema.parse(await page.evaluate('globalThis.keysForBench'))
  await world.browser.closePages()
  // A key that does not change the table has no time for it.
  return measured
    .filter(({ table }) => table > 0)
    .map(({ character, table }) => ({ characterMs: character, tableMs: table }))
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
