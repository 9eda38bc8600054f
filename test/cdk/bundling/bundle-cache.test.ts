import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** Each file stays as it was when a synthesis read it, so every synthesis is a new instance of the module. */
const synthesis = async () => {
  vi.resetModules()
  const { cachedBundle } = await import('../../../cdk/bundling/bundle-cache.ts')
  let made = 0
  const files = cachedBundle({ root, name: 'fetch', recipe }, () => {
    made += 1
    return { files: { 'index.mjs': `made from ${recipe}` }, inputs: ['lib/a.ts', 'lib/b.ts'] }
  })
  return { files, made }
}

let root: string
let recipe: string
const write = (path: string, content: string) => writeFileSync(join(root, path), content)
const cacheFolder = () => join(root, 'node_modules', '.cache', 'postmaster-bundles')

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postmaster-bundles-'))
  recipe = 'one'
  mkdirSync(join(root, 'lib'))
  for (const path of ['lib/a.ts', 'lib/b.ts', 'package-lock.json', 'tsconfig.json']) write(path, path)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the cache of bundles', () => {
  it('a bundle is made once, as long as nothing changes', async () => {
    expect(await synthesis()).toEqual({ files: { 'index.mjs': 'made from one' }, made: 1 })
    expect(await synthesis()).toEqual({ files: { 'index.mjs': 'made from one' }, made: 0 })
    expect(readdirSync(cacheFolder())).toEqual(['fetch.json'])
  })

  it.each(['lib/a.ts', 'lib/b.ts', 'package-lock.json', 'tsconfig.json'])(
    'a bundle is made again if %s has changed or is missing',
    async (path) => {
      await synthesis()
      write(path, 'changed')
      expect((await synthesis()).made).toBe(1)
      rmSync(join(root, path))
      expect((await synthesis()).made).toBe(1)
      expect((await synthesis()).made).toBe(0)
    },
  )

  it('a bundle is made again if the options of the bundler have changed', async () => {
    await synthesis()
    recipe = 'two'
    expect(await synthesis()).toEqual({ files: { 'index.mjs': 'made from two' }, made: 1 })
  })

  it.each(['', '{"recipe":"one"', '{"recipe":"one","inputs":{},"files":[]}'])(
    'a bundle is made again if its entry in the cache is %j',
    async (entry) => {
      await synthesis()
      writeFileSync(join(cacheFolder(), 'fetch.json'), entry)
      expect((await synthesis()).made).toBe(1)
    },
  )
})
