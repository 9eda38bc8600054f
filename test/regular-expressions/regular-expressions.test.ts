import { describe, expect, it } from 'vitest'
import { sourceFiles } from '../layers/import-graph.ts'
import { expressionsIn } from './collected.ts'
import { superlinear } from './growth.ts'

const files = sourceFiles(new URL('../../', import.meta.url).pathname, ['lib', 'functions', 'cli', 'local'])
const all = [...files].map(([file, text]) => expressionsIn(file, text))
const written = all.flatMap((one) => one.written)
const made = all.flatMap((one) => one.made)

/** Expressions that are built at run time. */
const putTogether: Readonly<Record<string, string>> = {
  'lib/redaction/readings.ts': 'Every quantifier is bounded.',
  'lib/messages/view/sorted-parts.ts': 'Every quantifier is bounded.',
  'local/assembly/parameters.ts': 'The AllowedPattern of a parameter in our own template.',
}

describe('all regular expressions', () => {
  it('the regular expressions are collected from the sources', () => {
    expect(written.length).toBeGreaterThan(200)
  })

  it('every regular expression takes time in proportion to its text', () => {
    const slow = written.flatMap(({ file, pattern, flags }) =>
      superlinear({ pattern, flags }).map((why) => `${file} /${pattern}/${flags}: ${why}`),
    )
    expect(slow).toEqual([])
  })

  it('every regular expression is a literal, or is built with a reason why it is harmless', () => {
    expect([...new Set(made.map(({ file }) => file))].toSorted()).toEqual(Object.keys(putTogether).toSorted())
  })
})

describe('the analysis of regular expressions', () => {
  it.each([
    ['/^[.\\s]+|[.\\s]+$/g', 'the end of a file name'],
    ['/\\ufffd+$/', 'the end of a text'],
    ['/\\b((?:BODY|BINARY|RFC822)[^\\s"]*(?:\\[[^\\]]*\\])?(?:<\\d+>)?) "((?:[^"\\\\]|\\\\.)*)"/g', 'a log of IMAP'],
    ['/(ssl|tls).*(requir|must)/i', 'two words in order'],
    ['/account.*deleted/', 'two words in order'],
    ['/\\$\\{(!?)([^}]+)\\}/g', 'a placeholder'],
    ['/Credential=([^,\\s]+)\\//', 'a field of a header'],
    ['/^(a+)+$/', 'nested quantifiers'],
    ['/^(a|a)*$/', 'alternatives that begin alike'],
    ['/^\\w+@\\w+\\.\\w+[^@]*@$/', 'neighbours that share characters'],
    ['/(?:x|ab[^c]*)c/', 'a quantifier within a group'],
    ['/\\s*,/', 'a quantifier at the beginning'],
    ['/"(?:[^"\\\\]|\\\\.)*"/', 'a quoted string that is not closed'],
  ])('the analysis of regular expressions reports %s: %s', (literal) => {
    const [, pattern = '', flags = ''] = /^\/(.*)\/(\w*)$/.exec(literal) ?? []
    expect(superlinear({ pattern, flags })).not.toEqual([])
  })

  it.each([
    '/^a.*b$/',
    '/<[^<>\\s]+>/g',
    '/\\s+/g',
    '/[^\\x20-\\x7e]/g',
    '/https:\\/\\/[\\w-]+\\.example/',
    '/^\\[([^\\]\\s]+)(?:\\s[^\\]]*)?\\]/',
    '/\\r?\\n[ \\t]*/g',
    '/a{1,20}b/',
  ])('the analysis of regular expressions does not report %s', (literal) => {
    const [, pattern = '', flags = ''] = /^\/(.*)\/(\w*)$/.exec(literal) ?? []
    expect(superlinear({ pattern, flags })).toEqual([])
  })

  it.each([
    ["const x = text.replace(/a+$/, '')", ['a+$']],
    ['const x = a / b / c // no /expression/', []],
    ['const x = f`/b/`(/a\\/b/)', ['a\\/b']],
    ["const x = '/a+$/'", []],
  ])('the analysis of regular expressions collects from %s', (text, patterns) => {
    expect(expressionsIn('x.ts', text).written.map(({ pattern }) => pattern)).toEqual(patterns)
  })
})
