import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const vitest = join(root, 'node_modules/.bin/vitest')

it('test files that share a process find no trace of each other', async () => {
  const args = ['run', '--maxWorkers=1', '--reporter=verbose', 'test/suite/shared-process/']
  // The promise is rejected if one of the files fails.
  const { stdout } = await promisify(execFile)(vitest, args, { cwd: root })
  const [first, second, ...more] = stdout.match(/process \d+/g) ?? []
  expect(first).toBeDefined()
  expect([second, more]).toEqual([first, []])
})
