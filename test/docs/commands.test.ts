import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { silentOutput } from '../cli/silent-output.ts'
import { sourceFiles } from '../layers/import-graph.ts'
import { blocksOf, documentAt, documentPaths } from './documents.ts'

const program = buildProgram(silentOutput)
const groups = new Set(program.commands.filter(({ commands }) => commands.length > 0).map((group) => group.name()))

/** Splits the arguments in a document as a shell does. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '')

/** The text after `postmaster`, including after a pipe, without redirections and comments. */
const callsIn = (path: string): string[] =>
  blocksOf(documentAt(path), 'sh')
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, ' ').split('\n'))
    .flatMap((line) => line.split(/\s\|\s/))
    .flatMap((line) => {
      const [, call] = /^\s*(?:postmaster|node cli\/postmaster\.mjs) ([^#>]+)/.exec(line) ?? []
      return call === undefined ? [] : [call.trim()]
    })

/** The text after `postmaster` in code spans of sentences. A source can put an id in it. A span can name a whole group. */
const namedIn = (text: string): string[] =>
  [...text.matchAll(/`(?:postmaster|node cli\/postmaster\.mjs) ([a-z][^`|\\]+)\\?`/g)]
    .map(([, call = '']) => call.replaceAll(/\$\{[^}]*\}/g, 'ID'))
    .filter((call) => !groups.has(call))

/** @returns the first problem that the command line would report, or undefined if it accepts the call */
const wrongIn = (call: string): string | undefined => {
  let command: Command = program
  // The words after `--` are the command of an agent.
  const words = wordsOf(call.split(/ -- /)[0] ?? '')
  while (words[0] !== undefined) {
    const child = command.commands.find((one) => one.name() === words[0])
    if (!child) break
    command = child
    words.shift()
  }
  if (command.commands.length > 0) return `${command.name()} has no command ${words[0]}`
  const known = [...command.options, ...program.options]
  for (const word of words.filter((one) => one.startsWith('--') && one !== '--help')) {
    const option = known.find(({ long }) => long === word)
    if (!option) return `${command.name()} has no option ${word}`
    const value = words[words.indexOf(word) + 1]
    if (option.argChoices && !option.argChoices.includes(value ?? '')) return `${word} does not take ${value}`
  }
  return undefined
}

/** The page of the API shows it with the escapes of a string. */
const quickStart = 'functions/docs/page/quick-start.ts'
const callsOnThePage = [...documentAt(quickStart).matchAll(/node cli\/postmaster\.mjs ([^\\]+)/g)].map(
  ([, call = '']) => call,
)

const calls = [
  ...documentPaths.flatMap((path) => callsIn(path).map((call): [string, string] => [path, call])),
  ...callsOnThePage.map((call): [string, string] => [quickStart, call]),
]

const remedies = [
  ...documentPaths.flatMap((path) => namedIn(documentAt(path)).map((call): [string, string] => [path, call])),
  ...[...sourceFiles(new URL('../../', import.meta.url).pathname, ['cdk', 'functions', 'lib'])].flatMap(
    ([path, text]) => namedIn(text).map((call): [string, string] => [path, call]),
  ),
]

describe('commands in documents', () => {
  it('the test finds commands in documents, and detects wrong ones', () => {
    expect(calls.length).toBeGreaterThan(30)
    expect(wrongIn('oauth2 profiles add X --tennant 1')).toBe('add has no option --tennant')
    expect(wrongIn('oauth2 profile list')).toBe('oauth2 has no command profile')
    expect(wrongIn('oauth2 profiles add X --grant code')).toBe('--grant does not take code')
  })

  it.each(calls)('%s shows a valid command: postmaster %s', (_path, call) => {
    expect(wrongIn(call)).toBeUndefined()
  })
})

describe('commands in sentences', () => {
  it('every command that a document, an alarm, a notice or an error tells people to run is valid', () => {
    expect(remedies.length).toBeGreaterThan(80)
    const wrong = remedies.flatMap(([path, call]) => {
      const problem = wrongIn(call)
      return problem === undefined ? [] : [`${path}: postmaster ${call}: ${problem}`]
    })
    expect([...new Set(wrong)]).toEqual([])
  })
})
