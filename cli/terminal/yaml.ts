import { Document, isMap, isNode, LineCounter, type ParsedNode, parseDocument, Scalar, visit } from 'yaml'
import { isMisleading, withMisleadingEscaped } from './text.ts'

export interface YamlText {
  readonly value: unknown
  /** @returns the line of the value at this path or, if it is missing, of its closest parent; starts at 1 */
  lineOf(path: readonly string[]): number
}

export type YamlReading =
  | { readonly ok: true; readonly text: YamlText }
  /** The message never quotes the text, because it may contain passwords. */
  | { readonly ok: false; readonly line: number; readonly message: string }

interface ReadOptions {
  /** Reads every scalar as text, so that `0123` stays `0123`. */
  readonly textOnly?: boolean
}

/** Reads one document of YAML 1.2, which includes JSON. */
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
    // toJS throws for an alias without an anchor and for more than 100 copies through aliases.
    return { ok: false, line: 1, message: 'an alias has no anchor or expands to too much' }
  }
}

const wordsOf = (code: string): string => {
  if (code === 'DUPLICATE_KEY') return 'this field appears twice'
  // The library reports this for nesting that would exhaust the stack.
  if (code === 'RESOURCE_EXHAUSTION') return 'lists and maps are nested too deeply'
  return `this is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`
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
 * YAML readers convert CR LF to LF, and this library drops spaces at the ends of a block's lines. Escapes preserve
 * both.
 */
const unfitForBlock = /\r|^[ \t]|[ \t]$|^\n/m

/**
 * Formats a value as YAML. Text with several lines becomes a block. Characters that can control a terminal, and line
 * ends other than LF, become escapes.
 */
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
