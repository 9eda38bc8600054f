import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PageBrowser } from '../support/page-browser.ts'
import { settledScreen } from '../support/settled-screen.ts'
import { pictures } from './pictures.ts'
import { startSampleData } from './sample-data.ts'
import { showFixedTime } from './shifted-times.ts'

/** Takes the pictures of the documentation into a folder. @returns their files */
export const takePictures = async (assembly: string, folder: string): Promise<string[]> => {
  mkdirSync(folder, { recursive: true })
  await using data = await startSampleData(assembly)
  await using browser = await PageBrowser.start(data.stack.local)
  const page = await browser.openPage()
  await showFixedTime(page)
  const files: string[] = []
  for (const { name, path, prepare } of pictures) {
    await page.goto(path(data))
    await settledScreen(page)
    await prepare?.(page)
    const file = join(folder, `${name}.png`)
    await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' })
    files.push(file)
  }
  const found = await browser.closePages()
  if (found.length > 0) throw new Error(found.join('\n'))
  return files
}
