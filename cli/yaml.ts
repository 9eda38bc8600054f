import { Document, isMap, isNode, LineCounter, type ParsedNode, parseDocument, Scalar, visit } from 'yaml'
import { isMisleading, withMisleadingEscaped } from './terminal-text.ts'

export interface YamlText {
  readonly value: unknown
  /** Of the member at this path or, where it is missing, of what it is missing from; from 1. */
  lineOf(path: readonly string[]): number
}

export type YamlReading =
  | { readonly ok: true; readonly text: YamlText }
  /** The message never quotes the text: it may be a file of passwords. */
  | { readonly ok: false; readonly line: number; readonly message: string }

interface ReadOptions {
  /** Every scalar as the text that is written there: `0123` stays `0123`. */
  readonly textOnly?: boolean
}

/** One document of YAML 1.2 (JSON is YAML too). */
export const readYaml = (source: string, { textOnly = false }: ReadOptions = {}): YamlReading => {
  const lines = new LineCounter()
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    schema: textOnly ? 'failsafe' : 'core',
  })
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const [error] = document.errors
  if (error) return { ok: false, line: lineAt(error.pos[0]), message: wordsOf(error.code) }
  try {
    return { ok: true, text: { value: document.toJS(), lineOf: (path) => lineAt(offsetOf(document.contents, path)) } }
  } catch {
    // What toJS throws for: aliases without an anchor, or more than 100 copies by aliases.
    return { ok: false, line: 1, message: 'an alias leads nowhere, or to too much' }
  }
}

const wordsOf = (code: string): string => {
  if (code === 'DUPLICATE_KEY') return 'this field occurs twice'
  // The library reports this for nesting that would exhaust the stack.
  if (code === 'RESOURCE_EXHAUSTION') return 'lists and maps are nested too deeply'
  return `this is not YAML (${code.toLowerCase().replaceAll('_', ' ')})`
}

const offsetOf = (root: ParsedNode | null, path: readonly string[]): number => {
  let node: unknown = root
  let offset = root?.range[0] ?? 0
  for (const name of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === name)
      if (isNode(pair?.key)) offset = pair.key.range?.[0] ?? offset
      node = pair?.value
    } else {
      node = isNode(node) && 'get' in node && typeof node.get === 'function' ? node.get(name, true) : undefined
      if (isNode(node)) offset = node.range?.[0] ?? offset
    }
  }
  return offset
}

/**
 * A reader of YAML turns CR LF into LF, and this library loses blanks at the ends of a block's lines. Escapes bring
 * both back.
 */
const unfitForBlock = /\r|^[ \t]|[ \t]$|^\n/m

/** Texts of several lines as blocks; what a terminal may obey, and line ends other than LF, as escapes. */
export const yamlText = (value: unknown, comment: string): string => {
  const document = new Document(value)
  document.commentBefore = comment
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value !== 'string') return
      if (isMisleading(scalar.value) || unfitForBlock.test(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE
    },
  })
  return withMisleadingEscaped(
    document.toString({ lineWidth: 0, blockQuote: 'literal', doubleQuotedMinMultiLineLength: Infinity }),
  )
}
