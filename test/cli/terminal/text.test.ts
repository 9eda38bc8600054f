import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { forTerminal, jsonText, plain, plainLines } from '../../../cli/terminal/text.ts'
import { readYaml, yamlText } from '../../../cli/terminal/yaml.ts'
import { bookkeeping } from '../account-answer.ts'
import { scriptedApi } from '../scripted-api.ts'

/** Characters that reverse, hide or move text, by code point. */
const misleading = [
  ...[0x00, 0x07, 0x08, 0x0b, 0x0d, 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9d, 0x9f],
  ...[0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
  ...[0x00ad, 0x180e, 0x200b, 0x2028, 0x2029, 0x2060, 0x2061, 0x2064, 0x206a, 0x206f, 0x3164, 0xfeff, 0xffa0],
  ...[0xe0001, 0xe0041, 0xe007f],
].map((code) => String.fromCodePoint(code))
const titleOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
const titled = misleading.map((character) => [titleOf(character), character] as const)
const found = (text: string) => misleading.filter((character) => text.includes(character)).map(titleOf)
const hostile = `a${misleading.join('b')}c \u001b]0;title\u0007 \u001b[2J \u009b31m`

describe('text for a terminal', () => {
  it.each(titled)('terminal text does not contain %s', (_, character) => {
    expect(found(forTerminal(`a${character}b`))).toEqual([])
    expect(found(plain(`a${character}b`))).toEqual([])
    expect(found(plainLines(`a${character}b`))).toEqual([])
  })

  it('terminal text keeps line breaks, tabs, and the colours and progress line of the command itself', () => {
    const text = 'one\n\ttwo \u001b[1;31mred\u001b[39m\r\u001b[KFetching…'
    expect(forTerminal(text)).toBe(text)
  })

  it.each([
    'Grüße, 你好, שלום, مرحبا',
    'می\u200cخواهم', // Persian spells words with a zero-width non-joiner.
    '👩\u200d💻 ❤\ufe0f',
    'e\u0301',
    '\u0600123',
  ])('terminal text keeps %s', (text) => {
    expect(forTerminal(text)).toBe(text)
    expect(plain(text)).toBe(text)
  })

  it('JSON and YAML output is safe for a terminal and parses to the original text', () => {
    const value = { text: hostile, [hostile]: 1 }
    expect(found(jsonText(value))).toEqual([])
    expect(JSON.parse(forTerminal(jsonText(value)))).toEqual(value)
    const yaml = yamlText(value, ' comment')
    expect(found(yaml)).toEqual([])
    const read = readYaml(forTerminal(yaml))
    expect(read.ok && read.text.value).toEqual(value)
  })
})

describe('untrusted text in API responses', () => {
  const queue = {
    queueId: 'q1',
    name: hostile,
    validity: 'valid',
    comment: hostile,
    builtIn: false,
    isDefault: false,
    ...bookkeeping,
  }
  const problem = {
    title: hostile,
    detail: hostile,
    remedy: hostile,
    errors: [{ path: `/${hostile}`, message: hostile }],
  }
  const api = scriptedApi(({ method }) =>
    method === 'GET' ? { body: { items: [queue] } } : { status: 400, body: problem },
  )
  afterAll(async () => await (await api)[Symbol.asyncDispose]())

  it.each<[string, string[]]>([
    ['a table', ['queues', 'list']],
    ['a table as JSON', ['queues', 'list', '--json']],
    ['the list of names in an error', ['queues', 'show', 'x']],
    ['a problem', ['queues', 'add', '--name', 'x']],
    ['the command’s own arguments in an error', ['queues', hostile]],
  ])('untrusted text is safe for a terminal in %s', async (_, args) => {
    const { out, err } = await (await api).cli(...args)
    expect(`${out}${err}`.length).toBeGreaterThan(20)
    expect(found(`${out}${err}`)).toEqual([])
    if (args.includes('--json')) expect(z.array(z.unknown()).parse(JSON.parse(out))).toEqual([queue])
  })
})
