import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

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

// Greedy, so that the match ends at the innermost package. A scoped package has two segments.
const packageFolder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//

/**
 * Finds the packages that are part of a bundle.
 *
 * @param metafile esbuild's metadata about its outputs, with paths relative to the project root
 * @returns the sorted folders of the packages whose code the outputs contain, without the project's own files
 * @throws Error if the metafile has an unexpected format
 */
export const bundledPackages = (metafile: unknown): string[] => {
  if (!isObject(metafile) || !isObject(metafile.outputs)) throw new Error('The esbuild metafile has no outputs.')
  const inputs = Object.values(metafile.outputs).flatMap((output) => {
    if (!isObject(output) || !isObject(output.inputs)) throw new Error('An output in the metafile has no inputs.')
    return Object.keys(output.inputs)
  })
  return packageFolders(inputs)
}

/** @returns the sorted folders of the packages that contain these files, without files outside packages */
export const packageFolders = (files: readonly string[]): string[] =>
  [...new Set(files.flatMap((file) => packageFolder.exec(file)?.[1] ?? []))].sort()

/**
 * Combines the packages' licences into one text. The text depends only on the packages' content, because it is part of
 * the hash that decides whether a function is deployed again.
 *
 * @param folders the packages' folders
 * @throws Error if a package does not specify its licence
 */
export const thirdPartyNotices = (folders: readonly string[]): string => {
  const sections = new Map(folders.map(readSection))
  const sorted = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, section]) => section)
  return `This program contains code from the following packages.\n\n${sorted.join('\n')}`
}

/** @returns the package's section, keyed by name and version because several folders may contain the same package */
const readSection = (folder: string): [string, string] => {
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

const readManifest = (folder: string) => {
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

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns the string under this key, or undefined if there is none. */
const textAt = (value: unknown, key: string): string | undefined => {
  const text = isObject(value) ? value[key] : undefined
  return typeof text === 'string' ? text : undefined
}
