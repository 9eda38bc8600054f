import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundledPackages, thirdPartyNotices } from '../../../cdk/bundling/third-party-notices.ts'

const metafileOf = (...inputs: string[]) => ({
  outputs: {
    'out/index.mjs.map': { inputs: {} },
    'out/index.mjs': { inputs: Object.fromEntries(inputs.map((input) => [input, { bytesInOutput: 1 }])) },
  },
})

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postmaster-notices-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const write = (path: string, content: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
const writePackage = (folder: string, manifest: object, files: Record<string, string> = {}) => {
  write(`${folder}/package.json`, JSON.stringify({ name: 'a', version: '1.0.0', license: 'MIT', ...manifest }))
  for (const [file, text] of Object.entries(files)) write(`${folder}/${file}`, text)
  return join(root, folder)
}
const rule = '='.repeat(80)

describe('bundledPackages', () => {
  it('bundledPackages finds plain, scoped and nested packages once each and omits the project’s files', () => {
    const metafile = metafileOf(
      'functions/fetch/index.ts',
      'docs/openapi.json',
      'node_modules/b/lib/node_modules.js',
      'node_modules/b/index.js',
      'node_modules/@s/a/dist/index.js',
      'node_modules/b/node_modules/c/index.js',
      'node_modules/@s/a/node_modules/@t/d/index.js',
      'node_modules/@s/a/node_modules/@t/d/node_modules/c/index.js',
    )
    expect(bundledPackages(metafile)).toEqual([
      'node_modules/@s/a',
      'node_modules/@s/a/node_modules/@t/d',
      'node_modules/@s/a/node_modules/@t/d/node_modules/c',
      'node_modules/b',
      'node_modules/b/node_modules/c',
    ])
  })

  it('bundledPackages ignores packages that esbuild read but omitted from the output', () => {
    const metafile = { inputs: { 'node_modules/unused/index.js': {} }, ...metafileOf('node_modules/used/index.js') }
    expect(bundledPackages(metafile)).toEqual(['node_modules/used'])
  })

  it.each([null, {}, { outputs: [] }, { outputs: { 'index.mjs': {} } }])(
    'bundledPackages throws for the metafile %j',
    (metafile) => {
      expect(() => bundledPackages(metafile)).toThrow(/metafile .*has no (out|in)puts/)
    },
  )
})

describe('thirdPartyNotices', () => {
  it('thirdPartyNotices lists a package with its name, version, licence, author, homepage and licence text', () => {
    const author = { name: 'Ann', email: 'ann@example.com' }
    const manifest = { name: '@s/a', version: '1.2.3', license: 'ISC', author, homepage: 'https://a.example.com' }
    const folder = writePackage('node_modules/@s/a', manifest, { LICENSE: '\r\nCopyright Ann\r\nPermission\r\n' })
    expect(thirdPartyNotices([folder])).toBe(
      [
        'This program contains code from the following packages.',
        '',
        rule,
        '@s/a 1.2.3',
        'Licence: ISC',
        'Author: Ann',
        'Homepage: https://a.example.com',
        rule,
        '',
        'Copyright Ann\nPermission',
        '',
      ].join('\n'),
    )
  })

  it('thirdPartyNotices has one section per version of a package, shared by copies of the same version', () => {
    const folders = [
      writePackage('node_modules/z/node_modules/a', { version: '2.0.0' }, { LICENSE: 'text of 2' }),
      writePackage('node_modules/y/node_modules/a', { version: '2.0.0' }, { LICENSE: 'text of 2' }),
      writePackage('node_modules/a', { version: '1.0.0' }, { LICENSE: 'text of 1' }),
    ]
    const notices = thirdPartyNotices(folders)
    expect(notices.match(/^a .*$/gm)).toEqual(['a 1.0.0', 'a 2.0.0'])
    expect(notices.match(/^text of .*$/gm)).toEqual(['text of 1', 'text of 2'])
    expect(thirdPartyNotices(folders.toReversed())).toBe(notices)
  })

  it.each(['LICENSE', 'LICENCE.md', 'license.txt', 'LICENSE-MIT.txt', 'LICENSE.MIT', 'COPYING', 'NOTICE', 'notice.md'])(
    'thirdPartyNotices includes the text of %s',
    (file) => {
      expect(thirdPartyNotices([writePackage('a', {}, { [file]: 'the very text' })])).toContain('\n\nthe very text\n')
    },
  )

  it('thirdPartyNotices includes every licence file of a package and no other file', () => {
    const files = { NOTICE: 'a notice', LICENSE: 'a licence', 'licenses.js': 'code', 'README.md': 'a readme' }
    write('a/LICENSE.d/inner', 'inside a folder')
    const notices = thirdPartyNotices([writePackage('a', {}, files)])
    expect(notices.slice(notices.lastIndexOf(rule))).toBe(`${rule}\n\na licence\n\na notice\n`)
  })

  it.each([{}, { LICENSE: ' \n' }])(
    'thirdPartyNotices contains the licence and author of a package without a licence text: %j',
    (files) => {
      const notices = thirdPartyNotices([
        writePackage('a', { license: 'MIT-0', author: 'Ann <ann@example.com>' }, files),
      ])
      expect(notices).toContain('a 1.0.0\nLicence: MIT-0\nAuthor: Ann <ann@example.com>\n')
      expect(notices).toContain('https://spdx.org/licenses/MIT-0\n')
    },
  )

  it('thirdPartyNotices omits an unreadable author and homepage', () => {
    const notices = thirdPartyNotices([writePackage('a', { author: ['Ann'], homepage: 7 }, { LICENSE: 'text' })])
    expect(notices).toContain(`a 1.0.0\nLicence: MIT\n${rule}\n\ntext`)
  })

  it('thirdPartyNotices contains the licence chosen from several', () => {
    const folder = writePackage('a', { license: '(MIT OR EUPL-1.1+)' })
    const notices = thirdPartyNotices([folder])
    expect(notices).toContain('Licence: MIT, chosen from (MIT OR EUPL-1.1+)\n')
    expect(notices).toContain('https://spdx.org/licenses/MIT\n')
  })

  it('thirdPartyNotices contains the Public Suffix List and its licence for tldts', () => {
    const notices = thirdPartyNotices([writePackage('a', { name: 'tldts' }, { LICENSE: 'text' })])
    expect(notices).toContain('text\n\nContains data from the Public Suffix List')
    expect(notices).toContain('Mozilla Public License 2.0')
  })

  it.each([undefined, '', { type: 'MIT' }])(
    'thirdPartyNotices throws if a package specifies its licence as %j',
    (license) => {
      const folder = writePackage('a', { license })
      expect(() => thirdPartyNotices([folder])).toThrow(`${folder}/package.json has no name, version or license.`)
    },
  )
})
