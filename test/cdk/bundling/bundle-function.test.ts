import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleFunction } from '../../../cdk/bundling/bundle-function.ts'

/** What the packages below do while they are loaded. */
interface Loading {
  readonly loaded: string[]
  broken: boolean
}
const loading: Loading = { loaded: [], broken: false }
Object.assign(globalThis, { loadingOfParts: loading })

const manifest = (name: string) => JSON.stringify({ name, version: '1.0.0', license: 'MIT', main: 'index.js' })

/** A project with one function. Its packages have the names of packages that are files of their own. */
const project: Readonly<Record<string, string>> = {
  'package.json': '{"type":"module"}',
  'package-lock.json': '{}',
  'tsconfig.json': '{}',
  'functions/probe/index.ts': `
    import { decode } from 'iconv-lite'
    import libmime from 'libmime'
    import { MailParser } from 'mailparser'
    export const atOnce = globalThis.loadingOfParts.loaded.length
    export const handler = async (text: string) => decode(text)
    export const words = (text: string) => libmime.words(text)
    export const parse = (text: string) => new MailParser(text).text
  `,
  'node_modules/iconv-lite/package.json': manifest('iconv-lite'),
  'node_modules/iconv-lite/index.js': `
    globalThis.loadingOfParts.loaded.push('iconv-lite')
    exports.decode = (text) => text + ' decoded'
  `,
  // If it is broken, it throws after it has defined a member.
  'node_modules/libmime/package.json': manifest('libmime'),
  'node_modules/libmime/index.js': `
    globalThis.loadingOfParts.loaded.push('libmime')
    exports.words = (text) => 'half-loaded'
    if (globalThis.loadingOfParts.broken) throw new Error('libmime cannot be loaded')
    exports.words = (text) => text.split(' ')
  `,
  // It uses another package that is a file of its own.
  'node_modules/mailparser/package.json': manifest('mailparser'),
  'node_modules/mailparser/index.js': `
    globalThis.loadingOfParts.loaded.push('mailparser')
    const { decode } = require('iconv-lite')
    const iconv = require('iconv-lite')
    exports.MailParser = class { constructor(text) { this.text = iconv.decode(text) } }
  `,
}

interface Probe {
  readonly atOnce: number
  handler(text: string): Promise<string>
  words(text: string): unknown
  parse(text: string): string
}

describe('packages that are files of their own in a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postmaster-parts-'))
  const write = (files: Readonly<Record<string, string>>, below: string) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(below, name)), { recursive: true })
      writeFileSync(join(below, name), content)
    }
  }
  let bundles = 0
  /** Writes the bundle to a new folder, so that nothing of it has been loaded. */
  const open = (): Probe => {
    bundles += 1
    const own = join(folder, `bundle-${bundles}`)
    write(bundleFunction(folder, 'probe'), own)
    loading.loaded.length = 0
    loading.broken = false
    return createRequire(import.meta.url)(join(own, 'index.cjs'))
  }

  beforeAll(() => write(project, folder))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('are in the node_modules of the bundle, and their licences in its notices', () => {
    const files = bundleFunction(folder, 'probe')
    expect(Object.keys(files).sort()).toEqual([
      'THIRD-PARTY-NOTICES.txt',
      'index.cjs',
      'index.cjs.map',
      'node_modules/iconv-lite/index.js',
      'node_modules/libmime/index.js',
      'node_modules/mailparser/index.js',
    ])
    for (const name of ['iconv-lite', 'libmime', 'mailparser'])
      expect(files['THIRD-PARTY-NOTICES.txt']).toContain(`${name} 1.0.0`)
  })

  it('are loaded when they are first used, and once', async () => {
    const probe = open()
    expect(probe.atOnce).toBe(0)
    expect(await probe.handler('one')).toBe('one decoded')
    expect(await probe.handler('two')).toBe('two decoded')
    expect(loading.loaded).toEqual(['iconv-lite'])
  })

  it('are loaded once for two first uses at the same time', async () => {
    const probe = open()
    expect(await Promise.all([probe.handler('one'), probe.handler('two')])).toEqual(['one decoded', 'two decoded'])
    expect(loading.loaded).toEqual(['iconv-lite'])
  })

  it('share a package that one of them uses with the bundle', async () => {
    const probe = open()
    expect(probe.parse('mail')).toBe('mail decoded')
    expect(await probe.handler('text')).toBe('text decoded')
    expect(loading.loaded).toEqual(['mailparser', 'iconv-lite'])
  })

  it('fail each use with their own error if they cannot be loaded, and never appear half-loaded', () => {
    const probe = open()
    loading.broken = true
    for (let use = 0; use < 3; use += 1) expect(() => probe.words('a b')).toThrow('libmime cannot be loaded')
    expect(loading.loaded).toEqual(['libmime', 'libmime', 'libmime'])
    loading.broken = false
    expect(probe.words('a b')).toEqual(['a', 'b'])
  })
})
