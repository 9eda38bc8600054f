import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { synthesiseWhenStale } from '../../local/synthesise.ts'
import { temporaryFolder } from './support/fixture-assembly.ts'

let root: string
let said: string[] = []
const synthesise = () => synthesiseWhenStale(root, (text) => said.push(text))
const runs = (): number => Number(readFileSync(join(root, 'runs'), 'utf8'))

/** Replaces the CDK: counts its runs, and fails if the file `fail` exists. */
const cdk = `
const fs = require('node:fs')
if (fs.existsSync('fail')) { console.error('Error: cdk/app.ts is broken'); console.error('    at somewhere'); process.exit(1) }
fs.writeFileSync('runs', String(Number(fs.existsSync('runs') && fs.readFileSync('runs', 'utf8')) + 1))
fs.mkdirSync('cdk.out', { recursive: true })
fs.writeFileSync('cdk.out/manifest.json', '{}')
`

beforeEach(() => {
  said = []
  root = temporaryFolder()
  for (const folder of ['cdk', 'lib/deep', 'node_modules/aws-cdk/bin'])
    mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'node_modules/aws-cdk/bin/cdk'), cdk)
  writeFileSync(join(root, 'cdk/app.ts'), 'one')
  writeFileSync(join(root, 'lib/deep/file.ts'), 'one')
})
afterEach(() => rmSync(root, { recursive: true }))

describe('synthesising', () => {
  it('the local run synthesises if there is no assembly, and again only if a source has changed', async () => {
    expect(await synthesise()).toBe(join(root, 'cdk.out'))
    await synthesise()
    expect(runs()).toBe(1)
    writeFileSync(join(root, 'lib/deep/file.ts'), 'two')
    await synthesise()
    expect(runs()).toBe(2)
    expect(said.filter((text) => text.startsWith('Built in'))).toHaveLength(2)
  })

  it('the local run synthesises again if the API description, from which the gateway gets its routes, has changed', async () => {
    mkdirSync(join(root, 'docs'))
    writeFileSync(join(root, 'docs/openapi.json'), '{}')
    await synthesise()
    writeFileSync(join(root, 'docs/openapi.json'), '{ "paths": {} }')
    await synthesise()
    expect(runs()).toBe(2)
  })

  it('the local run synthesises again if a source of the admin page has changed, but not for its packages and builds', async () => {
    for (const folder of ['node_modules/react', 'dist', 'accounts'])
      mkdirSync(join(root, 'web', folder), { recursive: true })
    await synthesise()
    writeFileSync(join(root, 'web/node_modules/react/index.js'), '')
    writeFileSync(join(root, 'web/dist/index.html'), '')
    await synthesise()
    expect(runs()).toBe(1)
    writeFileSync(join(root, 'web/accounts/list.tsx'), '')
    await synthesise()
    expect(runs()).toBe(2)
  })

  it('the local run does not synthesise again if another synthesis of the same sources wrote the assembly', async () => {
    await synthesise()
    writeFileSync(join(root, 'cdk.out/manifest.json'), '{}')
    const later = new Date(Date.now() + 60_000)
    for (const name of ['cdk.out/manifest.json', 'cdk/app.ts']) utimesSync(join(root, name), later, later)
    await synthesise()
    expect(runs()).toBe(1)
  })

  it.each(['manifest.json', 'One.template.json', 'One.assets.json'])(
    'the local run synthesises again if another synthesis has changed %s',
    async (name) => {
      await synthesise()
      writeFileSync(join(root, 'cdk.out', name), '{ }')
      await synthesise()
      expect(runs()).toBe(2)
      expect(said.at(-2)).toMatch(/^Another synthesis has changed cdk\.out\. .* took \d+ s the last time …$/)
    },
  )

  it.each(['cdk.json', 'cdk.context.json'])(
    'the local run synthesises again if the context in %s has changed',
    async (name) => {
      await synthesise()
      writeFileSync(join(root, name), '{ "context": { "stage": "test" } }')
      await synthesise()
      expect(runs()).toBe(2)
    },
  )

  it('the local run says why it synthesises, and how long that takes', async () => {
    await synthesise()
    expect(said[0]).toMatch(/^Building the templates, .* takes about a minute the first time …$/)
    writeFileSync(join(root, 'cdk/app.ts'), 'two')
    await synthesise()
    expect(said[2]).toMatch(/^The sources have changed\. Building .* took \d+ s the last time …$/)
  })

  it('the local run synthesises only once for two processes at the same time', async () => {
    const child = (await import('node:child_process')).spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { synthesiseWhenStale } from '${new URL('../../local/synthesise.ts', import.meta.url).href}'; await synthesiseWhenStale(${JSON.stringify(root)}, () => undefined)`,
    ])
    const ended = new Promise((resolve) => child.on('close', resolve))
    await synthesise()
    expect(await ended).toBe(0)
    expect(runs()).toBe(1)
  })

  it('a failed synthesis reports its reason in one line', async () => {
    writeFileSync(join(root, 'fail'), '')
    await expect(synthesise()).rejects.toThrow(
      'The templates could not be synthesised (Error: cdk/app.ts is broken). Run `npm run synth` to see the full output.',
    )
  })
})
