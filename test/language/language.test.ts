import { describe, expect, it } from 'vitest'
import { documentAt, documentPaths } from '../docs/documents.ts'
import { sourceFiles } from '../layers/import-graph.ts'
import { findPhrases } from './phrases.ts'
import { type ReadText, textsInPage, textsInSource } from './texts.ts'

const folders = ['cdk', 'cli', 'demo', 'docs', 'functions', 'lib', 'local', 'test', 'verify', 'web']
const root = new URL('../../', import.meta.url).pathname

/** The phrases themselves, the texts that the test of this file is about, and what is generated from the API. */
const own = /^test\/language\/|\.d\.ts$/

const sources = [...sourceFiles(root, folders)].filter(([file]) => !own.test(file))
const texts: ReadText[] = [
  ...sources.flatMap(([file, source]) => textsInSource(file, source)),
  ...documentPaths.flatMap((path) => textsInPage(path, documentAt(path))),
]

describe('the language of the repository', () => {
  it('is read from all sources and documents', () => {
    expect(texts.filter(({ kind }) => kind === 'comment').length).toBeGreaterThan(1000)
    expect(texts.filter(({ kind }) => kind === 'string').length).toBeGreaterThan(1000)
    expect(texts.filter(({ kind }) => kind === 'prose').length).toBeGreaterThan(300)
  })

  it('contains no phrase that has a plainer form', () => {
    expect(texts.flatMap(findPhrases)).toEqual([])
  })
})

describe('the search for phrases', () => {
  const found = (text: string) => findPhrases({ file: 'x.ts', line: 1, kind: 'string', text })

  it.each([
    'POP3 tells no dates.',
    'The server knows no folders',
    'The endpoint is no https address.',
    'It is deleted, too.',
    'The run goes on all the same.',
    'It heals by itself.',
    'It is looked at again.',
    'Whoever consented may open it.',
    'Listed first. Of a profile only the name.',
    'Somebody has to consent.',
    'Nobody was told.',
    'Else it waits.',
    'The admin changes his password.',
    'The back-off begins anew.',
    'No agent has asked lately.',
    'An attempt is under way.',
    'Look in the ticket system whether the mail has arrived.',
    'The receiver’s name of the queue.',
    'Postmaster follows no redirects.',
  ])('finds the phrase in “%s”', (text) => {
    expect(found(text)).toHaveLength(1)
  })

  it.each([
    'There is no such folder.',
    'It is no longer listed.',
    'It is too large, too slow and too late.',
    'The list is full.',
    'The warning failed-lately names the last ten runs.',
    'Look up the id. Then check whether the mail has arrived.',
    'The queue’s name, and the receiver’s name for it.',
    'The password is read by the server itself.',
  ])('accepts “%s”', (text) => {
    expect(found(text)).toEqual([])
  })
})

describe('the texts of a source', () => {
  it('are comments on one line, strings and templates with more than one word', () => {
    const source = [
      '/**',
      ' * First line',
      ' * second line.',
      ' */',
      "const key = 'identifier'",
      'const text = `Hello $' + '{key} and goodbye.` // why not',
      'const page = <p>Many',
      '  words</p>',
    ].join('\n')
    expect(textsInSource('x.tsx', source)).toEqual([
      { file: 'x.tsx', line: 1, kind: 'comment', text: 'First line second line.' },
      { file: 'x.tsx', line: 6, kind: 'comment', text: 'why not' },
      { file: 'x.tsx', line: 6, kind: 'string', text: 'Hello … and goodbye.' },
      { file: 'x.tsx', line: 7, kind: 'string', text: 'Many words' },
    ])
  })

  it('are the paragraphs of a page without its code', () => {
    const page = '# Title\n\nOne line\nand `another`.\n\n```sh\nnot this\n```\n'
    expect(textsInPage('x.md', page).map(({ line, text }) => ({ line, text }))).toEqual([
      { line: 1, text: '# Title' },
      { line: 3, text: 'One line and `…`.' },
    ])
  })
})
