import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { documentAt, proseOf } from './documents.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The documents in which a capitalised label in italics is a label of the admin page. Other guides name labels of providers. */
const documents = [
  'README.md',
  'docs/tour.md',
  'docs/runs.md',
  'docs/dispatching.md',
  'docs/hand-over/README.md',
  'docs/hand-over/agent.md',
  'docs/hand-over/webhook.md',
  'docs/oauth2/README.md',
  'docs/runbook.md',
]

const sources = globSync(['web/*.ts', 'web/*/**/*.ts'], {
  cwd: root,
  exclude: ['web/node_modules', 'web/dist', 'web/api'],
}).map((path) => readFileSync(`${root}${path}`, 'utf8'))

const labelsIn = (path: string): string[] =>
  [...proseOf(documentAt(path)).matchAll(/(?<!\w)_(\p{Lu}[^_]+)_(?!\w)/gu)].map(([, label = '']) =>
    label.replaceAll(/\s+/g, ' '),
  )

/** True if a text of the page is this label, or begins with it and continues with a value. */
const isOnPage = (label: string): boolean =>
  sources.some((source) => [`'${label}'`, `\`${label} $`, `${label} …'`].some((text) => source.includes(text)))

describe('documents name labels of the admin page', () => {
  it('the test finds labels, and detects wrong ones', () => {
    expect(documents.flatMap(labelsIn).length).toBeGreaterThan(40)
    expect(isOnPage('Add mail account')).toBe(true)
    expect(isOnPage('Create mail account')).toBe(false)
  })

  it.each(documents)('the page has the labels that %s names', (path) => {
    expect(labelsIn(path).filter((label) => !isOnPage(label))).toEqual([])
  })
})
