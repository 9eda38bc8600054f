import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chosenLicences } from '../../cdk/bundling/third-party-notices.ts'
import { lockedPackages, withAddress, withOtherLicence, withoutIntegrity } from './lock-file.ts'

const integrity = `sha512-${'a'.repeat(86)}==`
/**
 * Licences that require nothing, or only that their text is distributed with the code, which THIRD-PARTY-NOTICES.txt
 * does.
 */
const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0', 'Unlicense']
const locked = (packages: Record<string, object>) =>
  lockedPackages(JSON.stringify({ packages: { '': {}, ...packages } }))

describe('package-lock.json', () => {
  const packages = lockedPackages(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'))

  it('package-lock.json lists the packages of the project', () => {
    expect(packages.size).toBeGreaterThan(300)
  })

  it('package-lock.json pins the content of every package by its integrity or its parent’s integrity', () => {
    expect(withoutIntegrity(packages)).toEqual([])
  })

  it('package-lock.json contains no registry or other address', () => {
    expect(withAddress(packages)).toEqual([])
  })

  it('package-lock.json contains only permissive licences, or a choice of one, for production packages', () => {
    for (const chosen of Object.values(chosenLicences)) expect(permissive).toContain(chosen)
    const allowed = new Set([...permissive, ...Object.keys(chosenLicences)])
    expect(withOtherLicence(packages, allowed)).toEqual([])
  })

  it('package-lock.json still contains a package for every licence choice', () => {
    const licences = new Set([...packages.values()].filter(({ dev }) => dev !== true).map(({ license }) => license))
    expect(Object.keys(chosenLicences).filter((expression) => !licences.has(expression))).toEqual([])
  })
})

describe('the rules for package-lock.json', () => {
  it.each([
    ['no integrity', { 'node_modules/a': { version: '1.0.0' } }],
    ['an empty integrity', { 'node_modules/a': { integrity: '' } }],
    ['SHA-1', { 'node_modules/a': { integrity: `sha1-${'a'.repeat(27)}=` } }],
    ['inBundle without a parent', { 'node_modules/a': { inBundle: true } }],
    ['inBundle with an unlisted parent', { 'node_modules/b/node_modules/a': { inBundle: true } }],
  ])('the lock file rules report a package with %s', (_, packages) => {
    expect(withoutIntegrity(locked(packages))).toEqual(Object.keys(packages))
  })

  it('the lock file rules report a bundled package whose parent has no integrity, and the parent', () => {
    const packages = { 'node_modules/a': {}, 'node_modules/a/node_modules/@b/c': { inBundle: true } }
    expect(withoutIntegrity(locked(packages))).toEqual(Object.keys(packages))
  })

  it('the lock file rules accept a bundled package whose parent has an integrity', () => {
    const packages = { 'node_modules/@a/b': { integrity }, 'node_modules/@a/b/node_modules/@c/d': { inBundle: true } }
    expect(withoutIntegrity(locked(packages))).toEqual([])
  })

  it('the lock file rules leave out a workspace and its link, and report a link to any other folder', () => {
    const packages = lockedPackages(
      JSON.stringify({
        packages: {
          '': { workspaces: ['web'] },
          web: { version: '0.1.0' },
          'node_modules/@own/web': { resolved: 'web', link: true },
          'node_modules/a': { resolved: '../a', link: true },
        },
      }),
    )
    expect(withAddress(packages)).toEqual(['node_modules/a'])
    expect(withoutIntegrity(packages)).toEqual(['node_modules/a'])
  })

  it.each(['https://registry.example/a/-/a-1.0.0.tgz', 'git+ssh://git@example.org/a.git#1', 'file:../a'])(
    'the lock file rules report a package resolved to %s',
    (resolved) => {
      expect(withAddress(locked({ 'node_modules/a': { integrity, resolved } }))).toEqual(['node_modules/a'])
    },
  )

  it.each([['GPL-3.0-only'], ['(MIT OR GPL-2.0-only)'], ['SEE LICENSE IN EULA'], [undefined]])(
    'the lock file rules report a production package with the licence %s, and ignore a development package',
    (license) => {
      const packages = locked({ 'node_modules/a': { license }, 'node_modules/b': { license, dev: true } })
      expect(withOtherLicence(packages, new Set(permissive))).toEqual(['node_modules/a'])
    },
  )
})
