import * as z from 'zod'
import type { PageWorld } from '../../web/support/page-world.ts'
import { applyCondition, type Condition } from './conditions.ts'

/** Waits until the table shows accounts, and then for the frame that paints them. */
const script = `
  const ready = new Promise((resolve) => {
    const look = () => {
      if (document.querySelector('table tbody tr a') === null) return
      observer.disconnect()
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))
    }
    const observer = new MutationObserver(look)
    observer.observe(document, { childList: true, subtree: true })
  })
  globalThis.readyForBench = ready`

const loadedSchema = z.object({ readyMs: z.number(), fromCache: z.array(z.string()), scriptBytes: z.number() })

export interface Loaded {
  /** From the start of the navigation to the frame with the first accounts, in milliseconds. */
  readonly readyMs: number
  /** The transferred bytes of scripts, compressed. */
  readonly scriptBytes: number
}

/** Opens the accounts screen for the first time in a browser that holds a session and nothing else. */
export const measureReady = async (world: PageWorld, condition: Condition): Promise<Loaded> => {
  const page = await world.openPage()
  const debug = await page.context().newCDPSession(page)
  await page.goto('about:blank')
  await debug.send('Network.enable')
  await debug.send('Network.clearBrowserCache')
  await applyCondition(debug, condition)
  await page.addInitScript(script)
  await page.goto('/admin/accounts', { waitUntil: 'commit' })
  const { fromCache, ...loaded } = loadedSchema.parse(
    await page.evaluate(`(async () => {
      const readyMs = await globalThis.readyForBench
      const files = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/'))
      return {
        readyMs,
        fromCache: files.filter(({ transferSize }) => transferSize === 0).map(({ name }) => name),
        scriptBytes: files.filter(({ name }) => name.endsWith('.js')).reduce((sum, { transferSize }) => sum + transferSize, 0),
      }
    })()`),
  )
  if (fromCache.length > 0) throw new Error(`The cache was not empty: ${fromCache.join(', ')}`)
  await world.browser.closePages()
  return loaded
}
