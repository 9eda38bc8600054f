import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import * as z from 'zod'

const environment = z.object({ POSTMASTER_LOOK: z.string().optional() }).parse(process.env)

/**
 * Writes a picture of the whole screen for a person to look at, into the folder POSTMASTER_LOOK. Does nothing without
 * this variable.
 */
export const look = async (page: Page, name: string): Promise<void> => {
  if (environment.POSTMASTER_LOOK === undefined) return
  mkdirSync(environment.POSTMASTER_LOOK, { recursive: true })
  const path = join(environment.POSTMASTER_LOOK, `${name}.png`)
  await page.screenshot({ path, fullPage: true, animations: 'disabled', caret: 'hide' })
}
