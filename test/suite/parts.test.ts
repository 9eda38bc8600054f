import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { heavyFiles, partsOf } from './parts.ts'

const root = join(import.meta.dirname, '../..')
const parts = partsOf(root)
const filesOf = (part: string) => [...parts].filter(([, one]) => one === part).map(([file]) => file)

describe('the parts of the suite', () => {
  it('each test file belongs to exactly one part of the suite', () => {
    // Found with a different pattern than the parts use.
    const all = globSync('**/*.{test,spec}.{ts,mts,js,mjs}', { cwd: root, exclude: ['node_modules/**', 'cdk.out/**'] })
    expect([...parts.keys()].toSorted()).toEqual(all.toSorted())
    expect(new Set(parts.values())).toEqual(new Set(['quick', 'full', 'nightly']))
  })

  it('the scripts of package.json run the parts of the suite', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    expect(scripts).toMatchObject({
      test: 'node test/start.mjs',
      'test:quick': 'node test/start.mjs quick',
      'test:nightly': 'node test/start.mjs nightly',
    })
  })

  // Vitest treats each given name as a part of a path.
  it('Vitest can select each test file by name, because no path ends with another path', () => {
    const names = [...parts.keys()]
    expect(names.filter((name) => names.some((other) => other !== name && other.includes(name)))).toEqual([])
  })

  it('the quick part contains no file that needs Dovecot, a browser, a shell or a synthesis', () => {
    expect(
      filesOf('quick').filter((file) =>
        /\.(dovecot|chromium|shells)\.|test\/(stack|integration|cdk(?!\/bundling))\//.test(file),
      ),
    ).toEqual([])
  })

  it('each nightly file extends a shorter file of the same name that `npm test` runs', () => {
    // The benchmark is an exception, because `npm test` does not need it.
    const files = filesOf('nightly').filter((file) => !file.startsWith('test/bench/'))
    const missing = files.filter((file) => !parts.has(file.replace('.nightly.test.ts', '.test.ts')))
    expect(missing).toEqual([])
  })
})

describe('the quick part of the suite', () => {
  const heavy = (files: Record<string, string>) => heavyFiles(new Map(Object.entries(files))).has('test/a.test.ts')
  const importing = (what: string) => ({ 'test/a.test.ts': `import { x } from '${what}'` })

  it('a test file is not quick if it imports a module that starts servers, processes or browsers', () => {
    expect(heavy(importing('node:fs'))).toBe(false)
    for (const name of ['node:http', 'node:child_process', 'dynalite', 'playwright-core', 'aws-cdk-lib/core'])
      expect(heavy(importing(name)), name).toBe(true)
  })

  it('a test file is not quick if a helper starts servers for it, however distant, even in a circle of imports', () => {
    const helpers = { 'test/b.ts': "import { c } from './c.ts'", 'test/c.ts': "import { b } from './b.ts'" }
    expect(heavy({ ...importing('./b.ts'), ...helpers })).toBe(false)
    const server = { 'test/c.ts': "import { b } from './b.ts'\nimport { createServer } from 'node:net'" }
    expect(heavy({ ...importing('./b.ts'), ...helpers, ...server })).toBe(true)
  })

  it('a test file stays quick if the product opens connections, or if it imports only the types of a server', () => {
    expect(heavy({ ...importing('../lib/b.ts'), 'lib/b.ts': "import { connect } from 'node:net'" })).toBe(false)
    expect(heavy({ 'test/a.test.ts': "import type { Server } from 'node:http'\nimport { x } from 'zod'" })).toBe(false)
    expect(heavy({ ...importing('../local/b.ts'), 'local/b.ts': "import { createServer } from 'node:http'" })).toBe(
      true,
    )
  })
})
