import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, textAt } from './json.ts'

/**
 * Packages that offer a choice of licences, by their SPDX expression, and the licence under which Postmaster uses them.
 */
export const chosenLicences: Readonly<Record<string, string>> = { '(MIT OR EUPL-1.1+)': 'MIT' }

/** Third-party works inside a package that the package's licence files do not mention. */
const embeddedWorks: Readonly<Record<string, string>> = {
  tldts:
    'Contains data from the Public Suffix List (https://publicsuffix.org/list/public_suffix_list.dat), which is\n' +
    'available under the Mozilla Public License 2.0 (https://mozilla.org/MPL/2.0/).',
}

const licenceFile = /^(licen[cs]e|copying|notice)([.-].*)?$/i
const rule = '='.repeat(80)

/**
 * Combines the packages' licences into one text. The text depends only on the packages' content, because it is part of
 * the hash that decides whether a function is deployed again.
 *
 * @param folders the packages' folders
 * @throws Error if a package does not specify its licence
 */
export function thirdPartyNotices(folders: readonly string[]): string {
  const sections = new Map(folders.map(readSection))
  const sorted = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, section]) => section)
  return `This function contains code from the following packages.\n\n${sorted.join('\n')}`
}

/** @returns the package's section, keyed by name and version because several folders may contain the same package */
function readSection(folder: string): [string, string] {
  const { name, version, license, author, homepage } = readManifest(folder)
  const chosen = chosenLicences[license]
  const head = [
    rule,
    `${name} ${version}`,
    `Licence: ${chosen === undefined ? license : `${chosen}, chosen from ${license}`}`,
    ...(author === undefined ? [] : [`Author: ${author}`]),
    ...(homepage === undefined ? [] : [`Homepage: ${homepage}`]),
    rule,
  ]
  const texts = readLicenceTexts(folder)
  if (texts.length === 0)
    texts.push(
      `The package has no licence file. SPDX publishes the text: https://spdx.org/licenses/${chosen ?? license}`,
    )
  const embedded = embeddedWorks[name]
  const parts = [head.join('\n'), ...texts, ...(embedded === undefined ? [] : [embedded])]
  return [`${name} ${version}`, `${parts.join('\n\n')}\n`]
}

function readManifest(folder: string) {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const [name, version, license] = ['name', 'version', 'license'].map((key) => textAt(manifest, key))
  if (!name || !version || !license) throw new Error(`${folder}/package.json has no name, version or license.`)
  const author = textAt(manifest, 'author') ?? textAt(isObject(manifest) ? manifest.author : undefined, 'name')
  return { name, version, license, author, homepage: textAt(manifest, 'homepage') }
}

const readLicenceTexts = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && licenceFile.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
    .filter((text) => text !== '')
