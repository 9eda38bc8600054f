import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { noticeKinds } from '../../lib/notifications/notices.ts'

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

/** The anchors of a page, as GitHub derives them from headings. */
const anchorsOf = (page: string): string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )

/** The rows of the table of notices: the kind and the link in the last column. */
const rows = new Map(
  [...read('deploying.md').matchAll(/^\| `([\w-]+)` +\|.*\| ([^|]+?) +\|$/gm)].map(([, kind = '', action = '']) => [
    kind,
    action,
  ]),
)

it.each(noticeKinds)('docs/deploying.md describes the notice %s and links its section of the runbook', (kind) => {
  const action = rows.get(kind)
  expect(action).toBeDefined()
  if (action === 'nothing') return
  const [, anchor] = action?.match(/\(runbook\.md#([\w-]+)\)$/) ?? []
  expect(anchorsOf(read('runbook.md'))).toContain(anchor)
})
