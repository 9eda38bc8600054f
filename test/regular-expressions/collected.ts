import { parseSync, Visitor } from 'oxc-parser'

/** A regular expression as written in a source file. */
export interface Collected {
  readonly file: string
  readonly pattern: string
  readonly flags: string
}

/** `new RegExp(…)` as written in a source file. Its pattern is known only at run time. */
export interface MadeAtRunTime {
  readonly file: string
  readonly code: string
}

/** Every regular expression of a source, by its syntax tree. */
export const expressionsIn = (
  file: string,
  text: string,
): { readonly written: readonly Collected[]; readonly made: readonly MadeAtRunTime[] } => {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`)
  const written: Collected[] = []
  const made: MadeAtRunTime[] = []
  const making = (node: { callee: unknown; start: number; end: number }) => {
    if (isRegExp(node.callee)) made.push({ file, code: text.slice(node.start, node.end) })
  }
  new Visitor({
    Literal: (node) => {
      if ('regex' in node) written.push({ file, pattern: node.regex.pattern, flags: node.regex.flags })
    },
    NewExpression: making,
    CallExpression: making,
  }).visit(program)
  return { written, made }
}

const isRegExp = (callee: unknown): boolean =>
  typeof callee === 'object' && callee !== null && 'name' in callee && callee.name === 'RegExp'
