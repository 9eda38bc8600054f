import type { AST } from '@eslint-community/regexpp'
import { RegExpParser } from '@eslint-community/regexpp'
import { getConsumedChars, getFirstConsumedChar, isPotentiallyEmpty, type ReadonlyFlags } from 'regexp-ast-analysis'
import { analyse } from 'scslre'
import type { Collected } from './collected.ts'

/**
 * Explains why the time of a regular expression may grow faster than the text it searches. scslre finds quantifiers
 * that share a text, and quantifiers at the beginning; `ownReports` finds two kinds that scslre omits, and reports an
 * expression in case of doubt.
 * @returns an empty list if the time is linear
 */
export const superlinear = ({ pattern, flags }: Pick<Collected, 'pattern' | 'flags'>): string[] => [
  ...analyse({ source: pattern, flags }).reports.map(
    ({ type, exponential }) => `${exponential ? 'exponential' : 'polynomial'} (${type})`,
  ),
  ...ownReports(pattern, flags),
]

const ownReports = (pattern: string, flags: string): string[] => {
  const parser = new RegExpParser()
  const parsedFlags = parser.parseFlags(flags)
  const { unicode, unicodeSets } = parsedFlags
  const tree = parser.parsePattern(pattern, 0, pattern.length, { unicode, unicodeSets })
  return unboundedIn(tree).flatMap((quantifier) => [
    ...(!parsedFlags.sticky && canRestart(quantifier, parsedFlags)
      ? [`polynomial (restarts at ${quantifier.raw})`]
      : []),
    ...(hasTwoWays(quantifier, parsedFlags) ? [`exponential (two ways through ${quantifier.raw})`] : []),
  ])
}

/** `(?:ab|ac)*` can read a text in two ways if both alternatives accept it. */
const hasTwoWays = ({ element }: AST.Quantifier, flags: ReadonlyFlags): boolean => {
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return false
  const firsts = element.alternatives.map((alternative) => getFirstConsumedChar(alternative, 'ltr', flags).char)
  return firsts.some((first, index) => firsts.slice(index + 1).some((other) => !first.isDisjointWith(other)))
}

/**
 * `ab.*c` takes quadratic time on `ababab…`, because each beginning is tried and each runs to the end of the text. This
 * can happen if the expression is not anchored at the start, the quantifier repeats every character before it, and the
 * rest of the expression after it can fail.
 */
const canRestart = (quantifier: AST.Quantifier, flags: ReadonlyFlags): boolean => {
  const repeated = getConsumedChars(quantifier.element, flags).chars
  const { before, behind } = surroundings(quantifier)
  const tied = before.some((element) => element.type === 'Assertion' && element.kind === 'start' && !flags.multiline)
  if (tied || behind.every((element) => element.type !== 'Assertion' && isPotentiallyEmpty(element, flags)))
    return false
  return before
    .filter((element) => !isPotentiallyEmpty(element, flags))
    .every((element) => !getConsumedChars(element, flags).chars.isDisjointWith(repeated))
}

/** The parts that have to match before and after an element. */
const surroundings = (start: AST.Quantifier): { before: AST.Element[]; behind: AST.Element[] } => {
  const before: AST.Element[] = []
  const behind: AST.Element[] = []
  for (let node: AST.Node | null = start; node; node = node.parent) {
    const { parent }: { parent: AST.Node | null } = node
    if (parent?.type !== 'Alternative') continue
    const elements: readonly AST.Element[] = parent.elements
    const index = elements.indexOf(node as AST.Element)
    before.push(...elements.slice(0, index))
    behind.push(...elements.slice(index + 1))
  }
  return { before, behind }
}

const unboundedIn = (node: AST.Node): AST.Quantifier[] => {
  if (node.type === 'Quantifier')
    return [...(node.max === Number.POSITIVE_INFINITY ? [node] : []), ...unboundedIn(node.element)]
  if ('alternatives' in node && node.type !== 'ClassStringDisjunction')
    return node.alternatives.flatMap((alternative) => unboundedIn(alternative))
  if (node.type === 'Alternative') return node.elements.flatMap((element) => unboundedIn(element))
  return []
}
