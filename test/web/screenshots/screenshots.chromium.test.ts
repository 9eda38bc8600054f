import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { assembly, assemblyLimitMs } from '../../support/assembly.ts'
import { heights } from '../support/page-options.ts'
import { takePictures } from './take-pictures.ts'

const folder = mkdtempSync(join(tmpdir(), 'postmaster-pictures-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The width and height are at a fixed place in the first chunk of a PNG file. */
const sizeOf = (file: string) => {
  const bytes = readFileSync(file)
  return { kind: bytes.toString('latin1', 1, 4), width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

it('`npm run screenshots` takes the six pictures of the documentation with the demo’s data', {
  timeout: assemblyLimitMs,
}, async () => {
  const files = await takePictures(await assembly(), folder)
  expect(files.map((file) => basename(file, '.png'))).toEqual([
    'overview',
    'accounts',
    'edit-account',
    'run',
    'message',
    'destinations',
  ])
  for (const file of files) expect(sizeOf(file)).toEqual({ kind: 'PNG', width: 1440, height: heights[1440] })
})
