import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { documentAt, documentPaths, proseOf } from './documents.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The anchor of a heading, as the sites that show Markdown generate it. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')

const anchorsIn = (path: string): Set<string> => {
  const text = documentAt(path).replaceAll(/^ *```.*?^ *```$/gms, '')
  return new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)))
}

const linksIn = (path: string): string[] =>
  [...proseOf(documentAt(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)

const brokenIn = (path: string): string[] =>
  linksIn(path).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : join(dirname(path), file)
    if (!existsSync(join(root, target))) return true
    return anchor !== undefined && target.endsWith('.md') && !anchorsIn(target).has(anchor)
  })

describe('links between documents', () => {
  it('the test finds links between documents', () => {
    expect(documentPaths.flatMap(linksIn).filter((link) => link.includes('.md#')).length).toBeGreaterThan(10)
  })

  it.each(documentPaths)('the links of %s lead to existing files and headings', (path) => {
    expect(brokenIn(path)).toEqual([])
  })
})
