import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { builtPage } from '../../../cdk/page/build-page.ts'

/** Replaces Vite: counts its runs, and fails if the file `fail` exists. */
const vite = `
const fs = require('node:fs')
const path = require('node:path')
if (fs.existsSync('../fail')) {
  console.error('\\u001b[31m✗ Build failed in 9ms\\u001b[39m\\nerror during build:\\nBuild failed with 1 error:\\n')
  console.error('[plugin] Expected a semicolon\\n    ╭─[ app.tsx:53:9 ]\\n    │\\n    at somewhere')
  process.exit(1)
}
fs.appendFileSync('../runs', '.')
const out = process.argv[process.argv.indexOf('--outDir') + 1]
fs.mkdirSync(path.join(out, '.vite'), { recursive: true })
fs.mkdirSync(path.join(out, 'assets'))
fs.writeFileSync(path.join(out, 'index.html'), '<title>Postmaster</title>'.repeat(50))
fs.writeFileSync(path.join(out, 'assets/logo.png'), 'x'.repeat(500))
fs.writeFileSync(path.join(out, 'assets/tiny.js'), '1')
fs.writeFileSync(path.join(out, '.vite/manifest.json'), '{}')
fs.writeFileSync(path.join(out, '.vite/modules.json'), JSON.stringify(['web/app.tsx', 'node_modules/kit/index.js']))
`

let root: string
const runs = (): number => readFileSync(join(root, 'runs'), 'utf8').length
const build = (fingerprint: string) => builtPage(root, fingerprint)
const builds = (): string[] => readdirSync(join(root, 'node_modules/.cache/postmaster-page'))

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postmaster-build-page-'))
  for (const folder of ['web', 'node_modules/vite/bin', 'node_modules/kit'])
    mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'web/package.json'), '{}')
  writeFileSync(join(root, 'node_modules/vite/package.json'), '{ "name": "vite" }')
  writeFileSync(join(root, 'node_modules/vite/bin/vite.js'), vite)
  writeFileSync(join(root, 'node_modules/kit/package.json'), '{ "name": "kit", "version": "1.0.0", "license": "MIT" }')
  writeFileSync(join(root, 'node_modules/kit/LICENSE'), 'Copyright: the authors of kit')
})
afterEach(() => rmSync(root, { recursive: true }))

describe('the build of the admin page', () => {
  it('the build contains the files, compressed copies that are smaller, and the licences of the packages', async () => {
    const { files, manifest } = await build('one')
    expect(readdirSync(files, { recursive: true, encoding: 'utf8' }).sort()).toEqual([
      'THIRD-PARTY-NOTICES.txt',
      'THIRD-PARTY-NOTICES.txt.br',
      'THIRD-PARTY-NOTICES.txt.gz',
      'assets',
      'assets/logo.png',
      'assets/tiny.js',
      'index.html',
      'index.html.br',
      'index.html.gz',
    ])
    const document = readFileSync(join(files, 'index.html'))
    expect(brotliDecompressSync(readFileSync(join(files, 'index.html.br')))).toEqual(document)
    expect(gunzipSync(readFileSync(join(files, 'index.html.gz')))).toEqual(document)
    expect(readFileSync(join(files, 'THIRD-PARTY-NOTICES.txt'), 'utf8')).toContain('Copyright: the authors of kit')
    expect(existsSync(manifest)).toBe(true)
  })

  it('the page is built once for each fingerprint', async () => {
    const first = await build('one')
    expect(await build('one')).toEqual(first)
    expect(runs()).toBe(1)
    expect(await build('two')).not.toEqual(first)
    expect(runs()).toBe(2)
    await build('one')
    expect(runs()).toBe(2)
  })

  it('two builds at the same time both return a complete build', async () => {
    const [one, other] = await Promise.all([build('one'), build('one')])
    expect(one).toEqual(other)
    expect(existsSync(join(one.files, 'index.html.br'))).toBe(true)
    expect(builds()).toEqual(['one'])
  })

  it('only the latest builds are kept', async () => {
    for (const fingerprint of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await build(fingerprint)
    expect(builds()).toHaveLength(5)
    expect(builds()).toContain('g')
  })

  it('a build that fails reports its reason and how to see more, and leaves nothing behind', async () => {
    writeFileSync(join(root, 'fail'), '')
    await expect(build('one')).rejects.toThrow(
      'The admin page could not be built (app.tsx:53:9: [plugin] Expected a semicolon). Run `npm run build -w web` to see the full output.',
    )
    expect(builds()).toEqual([])
  })

  it('a build without the installed packages says how to install them', async () => {
    rmSync(join(root, 'node_modules/vite'), { recursive: true })
    await expect(build('one')).rejects.toThrow(
      'The packages that build the admin page are not installed. Run `npm ci`.',
    )
  })
})
