import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { mailboxErrorCatalogue } from '../../lib/mailbox/mailbox-error.ts'
import { networkErrors } from '../../lib/network/network-error.ts'
import { oauth2FindingCodes } from '../../lib/oauth2/findings/oauth2-findings.ts'
import { documentAt } from './documents.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The pages that the runbook names for codes. */
const pages = ['docs/codes.md', 'docs/runs.md', 'docs/oauth2/troubleshooting.md']

/** The codes in the first column of all tables. */
const explained = new Set(
  pages.flatMap((page) =>
    documentAt(page)
      .split('\n')
      .flatMap((line) => [...(/^\|([^|]+)\|/.exec(line)?.[1] ?? '').matchAll(/`([a-z0-9-]+)`/g)])
      .map(([, code = '']) => code),
  ),
)

/** The rooms whose codes an account, a run, a destination or a delivery can show. */
const rooms = [
  ...[
    'accounts/health',
    'connection-tests',
    'fetching',
    'handover',
    'oauth2',
    'overview',
    'queues',
    'runs',
    'schedule',
  ].map((room) => `lib/${room}`),
  'cli/deliver',
]

/** A property with a literal code, or the code among the parameters of `temporary` and `permanent`. */
const patterns = [
  /\bcode: '([a-z][a-z0-9-]+)'/g,
  /\b(?:temporary|permanent)\(\s*(?:'(?:message|destination)',\s*)?'(?!message'|destination')([a-z-]+)'/g,
]

/** Texts that have the form of a code but are none. */
const others: Readonly<Record<string, string>> = {
  custom: 'the kind of a provider',
  'only-to-see-whether-the-client-is-known': 'an authorization code that the doctor sends on purpose',
  'refresh-under-way': 'one caller waits for another inside a request, and no one sees it',
}

const written = rooms.flatMap((room) =>
  globSync(`${room}/**/*.ts`, { cwd: root }).flatMap((path) => {
    const text = readFileSync(`${root}${path}`, 'utf8')
    return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => code))
  }),
)

const codes = [
  ...new Set([
    ...written.filter((code) => !(code in others)),
    ...Object.keys(mailboxErrorCatalogue),
    ...Object.keys(networkErrors),
    ...oauth2FindingCodes(),
  ]),
].toSorted()

describe('the documents about codes', () => {
  it('the test finds the codes of the product', () => {
    expect(codes.length).toBeGreaterThan(120)
    expect(codes).toEqual(expect.arrayContaining(['credentials-rejected', 'gave-up', 'command-failed', 'answer-lost']))
    expect(Object.keys(others).filter((code) => !written.includes(code))).toEqual([])
  })

  it.each(codes)('the code %s has a row in a table that says what it means and what to do', (code) => {
    expect(explained.has(code)).toBe(true)
  })

  it('docs/codes.md explains no code that Postmaster does not have', () => {
    const documented = [...documentAt('docs/codes.md').matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
    )
    const sources = globSync(['lib/**/*.ts', 'cli/**/*.ts'], { cwd: root }).map((path) =>
      readFileSync(`${root}${path}`, 'utf8'),
    )
    expect(documented.filter((code) => !sources.some((text) => text.includes(code)))).toEqual([])
  })

  it('the runbook names each of these pages', () => {
    for (const page of pages) expect(documentAt('docs/runbook.md')).toContain(`](${page.replace('docs/', '')}`)
  })
})
