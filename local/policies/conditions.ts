import { unsupported } from '../common/errors.ts'
import type { ConditionValues } from './access-request.ts'

/** Condition values by operator and key, as in a policy. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** The keys of a request in lower case, because IAM does not distinguish the case of condition keys. */
export type RequestKeys = ReadonlyMap<string, readonly string[]>

export type Condition = (keys: RequestKeys) => boolean

export const requestKeys = (...values: readonly ConditionValues[]): RequestKeys =>
  new Map(values.flatMap((some) => Object.entries(some).map(([key, value]) => [key.toLowerCase(), [value].flat()])))

/**
 * Compiles a statement's conditions. All of them must hold.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @throws LocalError for an operator that the local run does not support
 */
export const compileConditions = (block: ConditionBlock, where: string): Condition => {
  const conditions = Object.entries(block).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, wanted]) => {
      const holds = compileOperator(operator, wanted, where)
      const name = key.toLowerCase()
      return (keys: RequestKeys) => holds(keys.get(name))
    }),
  )
  return (keys) => conditions.every((holds) => holds(keys))
}

type Test = (given: readonly string[] | undefined) => boolean

const compileOperator = (operator: string, wanted: readonly string[], where: string): Test => {
  if (operator === 'Null') return (given) => wanted.includes(String(given === undefined))
  const { set, name = '', ifExists } = operatorPattern.exec(operator)?.groups ?? {}
  const comparison = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined
  if (comparison === undefined)
    throw unsupported(`${where} uses the condition operator ${operator}, which the local run does not support.`)
  const matches = wanted.map(comparison.matcher)
  const passes = (value: string): boolean => matches.some((match) => match(value)) !== comparison.negated
  return (given) => {
    // A missing key satisfies a negated operator, `IfExists` and `ForAllValues`, and no other.
    if (given === undefined)
      return set === 'ForAny' ? false : set === 'ForAll' || ifExists !== undefined || comparison.negated
    if (set === 'ForAny') return given.some(passes)
    if (set === 'ForAll') return given.every(passes)
    // A list requires a set operator. Without one, only a negated operator can hold.
    return given.length === 1 || comparison.negated ? given.every(passes) : false
  }
}

const operatorPattern = /^(?:(?<set>ForAll|ForAny)Values?:)?(?<name>[A-Za-z]+?)(?<ifExists>IfExists)?$/

interface Comparison {
  readonly negated: boolean
  matcher(wanted: string): (given: string) => boolean
}

const equals = (wanted: string) => (given: string) => given === wanted

/** `*` matches any characters, and `?` matches one. Everything else is literal. */
export const isLike = (pattern: string): ((text: string) => boolean) => {
  if (!/[*?]/.test(pattern)) return equals(pattern)
  return (text) => {
    let [inPattern, inText] = [0, 0]
    // The last `*` and the number of characters that it may match so far.
    let [star, until] = [-1, 0]
    while (inText < text.length) {
      if (pattern[inPattern] === '*') [star, until, inPattern] = [inPattern, inText, inPattern + 1]
      else if (pattern[inPattern] === '?' || pattern[inPattern] === text[inText]) {
        inPattern += 1
        inText += 1
      } else if (star === -1) return false
      else [until, inPattern, inText] = [until + 1, star + 1, until + 1]
    }
    return pattern.slice(inPattern).replaceAll('*', '') === ''
  }
}

/** Each of an ARN's six parts is compared for itself, so that a `*` does not extend over a colon outside the last one. */
const isArnLike = (pattern: string): ((text: string) => boolean) => {
  const parts = partsOfArn(pattern).map(isLike)
  return (text) => {
    const given = partsOfArn(text)
    return given.length === parts.length && parts.every((matches, index) => matches(given[index] ?? ''))
  }
}

const partsOfArn = (arn: string): string[] => {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])]
}

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: { negated: false, matcher: equals },
  StringNotEquals: { negated: true, matcher: equals },
  StringLike: { negated: false, matcher: isLike },
  StringNotLike: { negated: true, matcher: isLike },
  ArnEquals: { negated: false, matcher: isArnLike },
  ArnLike: { negated: false, matcher: isArnLike },
  ArnNotEquals: { negated: true, matcher: isArnLike },
  ArnNotLike: { negated: true, matcher: isArnLike },
  Bool: { negated: false, matcher: (wanted) => (given) => given.toLowerCase() === wanted.toLowerCase() },
  NumericEquals: { negated: false, matcher: (wanted) => (given) => Number(given) === Number(wanted) },
  NumericLessThan: { negated: false, matcher: (wanted) => (given) => Number(given) < Number(wanted) },
  NumericLessThanEquals: { negated: false, matcher: (wanted) => (given) => Number(given) <= Number(wanted) },
}
