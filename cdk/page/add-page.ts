import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtPage } from './build-page.ts'

// The synthesis runs this file after the bundling of functions/page, with the fingerprint of the page's sources and the
// folder of the bundle as its arguments.
const [fingerprint, folder] = process.argv.slice(2)
if (fingerprint === undefined || folder === undefined)
  throw new Error('Usage: node cdk/page/add-page.ts FINGERPRINT FOLDER')
try {
  const { files } = await builtPage(fileURLToPath(new URL('../../', import.meta.url)), fingerprint)
  cpSync(files, join(folder, 'page'), { recursive: true })
} catch (error) {
  // Without the stack trace, which does not help the person who changed the page.
  process.stderr.write(`Error: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
