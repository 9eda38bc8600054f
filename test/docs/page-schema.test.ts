import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const web = join(import.meta.dirname, '..', '..', 'web')
const stored = join(web, 'api', 'schema.d.ts')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-schema-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('the types of the admin page agree with the description of the API', async () => {
  const fresh = join(folder, 'schema.d.ts')
  // The command of the workspace, with another output.
  const { scripts } = JSON.parse(await readFile(join(web, 'package.json'), 'utf8'))
  const [, ...options] = scripts.schema.replace('api/schema.d.ts', fresh).split(' ')
  const generator = join(web, 'node_modules', 'openapi-typescript', 'bin', 'cli.js')
  await promisify(execFile)(process.execPath, [generator, ...options], { cwd: web })
  const [storedTypes, freshTypes] = await Promise.all([stored, fresh].map((file) => readFile(file, 'utf8')))
  expect(storedTypes === freshTypes, 'Run `npm run -w web schema`.').toBe(true)
}, 120_000)
