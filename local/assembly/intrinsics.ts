import { type LocalError, unsupported } from '../common/errors.ts'
import type { ParameterValue } from './parameters.ts'

/** The values to which an expression of one stack can refer. Each is looked up only when an expression needs it. */
export interface Scope {
  readonly stackName: string
  readonly parameters: ReadonlyMap<string, ParameterValue>
  /** `AWS::Region` and the other pseudo parameters. */
  readonly pseudo: Readonly<Record<string, string>>
  condition(name: string): boolean
  ref(logicalId: string): string
  attribute(logicalId: string, name: string): string
  importValue(name: string): unknown
  mapping(map: string, key: string, name: string): unknown
  /** Rewrites a resolved string: replaces a deployed host name that has a local address. */
  localise(value: string): string
}

/** Marks a property that `AWS::NoValue` removed. */
export const noValue = Symbol('AWS::NoValue')

/** Resolves CloudFormation's functions in a template's value. `where` identifies the location in errors. */
export const resolveValue = (value: unknown, scope: Scope, where: string): unknown => {
  if (typeof value === 'string') return finished(value, scope, where)
  if (Array.isArray(value)) {
    return value.map((item) => resolveValue(item, scope, where)).filter((item) => item !== noValue)
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [only] = entries
  if (entries.length === 1 && only !== undefined && isFunction(only[0])) return call(only[0], only[1], scope, where)
  const resolved: Record<string, unknown> = {}
  for (const [key, item] of entries) {
    const one = resolveValue(item, scope, where)
    if (one !== noValue) resolved[key] = one
  }
  return resolved
}

/** Evaluates a condition of the template's `Conditions`. */
export const resolveCondition = (value: unknown, scope: Scope, where: string): boolean => {
  const resolved = resolveValue(value, scope, where)
  if (resolved === true || resolved === 'true') return true
  if (resolved === false || resolved === 'false') return false
  throw unresolved(where, 'a condition that is neither true nor false')
}

const isFunction = (key: string): boolean => key === 'Ref' || key === 'Condition' || key.startsWith('Fn::')

type Function = (argument: unknown, scope: Scope, where: string) => unknown

const functions: Readonly<Record<string, Function>> = {
  Ref: (argument, scope, where) => {
    const name = text(argument, where, 'Ref')
    if (name === 'AWS::NoValue') return noValue
    const known = scope.pseudo[name] ?? scope.parameters.get(name)
    if (known !== undefined) return known
    if (name.startsWith('AWS::')) throw unresolved(where, `the pseudo parameter ${name}`)
    return scope.ref(name)
  },
  'Fn::GetAtt': (argument, scope, where) => {
    const parts = typeof argument === 'string' ? split(argument, '.', 2) : list(argument, scope, where, 'Fn::GetAtt')
    return scope.attribute(text(parts[0], where, 'Fn::GetAtt'), text(parts[1], where, 'Fn::GetAtt'))
  },
  'Fn::Join': (argument, scope, where) => {
    const [glue, items] = list(argument, scope, where, 'Fn::Join')
    const joined = list(items, scope, where, 'Fn::Join').map((item) => text(item, where, 'Fn::Join'))
    return finished(joined.join(text(glue, where, 'Fn::Join')), scope, where)
  },
  'Fn::Sub': (argument, scope, where) => {
    const [format, named] = Array.isArray(argument) ? argument : [argument, {}]
    const values = new Map(Object.entries(typeof named === 'object' && named !== null ? named : {}))
    const replaced = text(format, where, 'Fn::Sub').replace(
      /\$\{(!?)([^${}]+)\}/g,
      (_, literal: string, name: string) => {
        if (literal === '!') return `\${${name}}`
        if (values.has(name)) return text(resolveValue(values.get(name), scope, where), where, 'Fn::Sub')
        const reference = name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }
        return text(resolveValue(reference, scope, where), where, 'Fn::Sub')
      },
    )
    return finished(replaced, scope, where)
  },
  'Fn::Select': (argument, scope, where) => {
    const [index, items] = list(argument, scope, where, 'Fn::Select')
    const chosen = list(items, scope, where, 'Fn::Select')[Number(index)]
    if (chosen === undefined) throw unresolved(where, `item ${String(index)} of a shorter list`)
    return chosen
  },
  'Fn::Split': (argument, scope, where) => {
    const [separator, value] = list(argument, scope, where, 'Fn::Split')
    return text(value, where, 'Fn::Split').split(text(separator, where, 'Fn::Split'))
  },
  'Fn::If': (argument, scope, where) => {
    // Only the selected branch is resolved, because the other one may refer to a resource that does not exist.
    if (!Array.isArray(argument)) throw unresolved(where, 'an Fn::If without three parts')
    const [condition, yes, no] = argument
    return resolveValue(scope.condition(text(condition, where, 'Fn::If')) ? yes : no, scope, where)
  },
  'Fn::FindInMap': (argument, scope, where) => {
    const [map, key, name] = list(argument, scope, where, 'Fn::FindInMap').map((item) =>
      text(item, where, 'Fn::FindInMap'),
    )
    return scope.mapping(map ?? '', key ?? '', name ?? '')
  },
  'Fn::ImportValue': (argument, scope, where) =>
    scope.importValue(text(resolveValue(argument, scope, where), where, 'Fn::ImportValue')),
  'Fn::Base64': (argument, scope, where) =>
    Buffer.from(text(resolveValue(argument, scope, where), where, 'Fn::Base64')).toString('base64'),
  'Fn::ToJsonString': (argument, scope, where) => JSON.stringify(resolveValue(argument, scope, where)),
  Condition: (argument, scope, where) => scope.condition(text(argument, where, 'Condition')),
  'Fn::Equals': (argument, scope, where) => {
    const [left, right] = list(argument, scope, where, 'Fn::Equals')
    return String(left) === String(right)
  },
  'Fn::Not': (argument, scope, where) => !resolveCondition(list(argument, scope, where, 'Fn::Not')[0], scope, where),
  'Fn::And': (argument, scope, where) =>
    list(argument, scope, where, 'Fn::And').every((item) => resolveCondition(item, scope, where)),
  'Fn::Or': (argument, scope, where) =>
    list(argument, scope, where, 'Fn::Or').some((item) => resolveCondition(item, scope, where)),
}

const call = (name: string, argument: unknown, scope: Scope, where: string): unknown => {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (known === undefined) throw unresolved(where, `the function ${name}`)
  return known(argument, scope, where)
}

const finished = (value: string, scope: Scope, where: string): string => {
  if (value.includes('{{resolve:')) throw unresolved(where, 'a dynamic reference ({{resolve:…}})')
  return scope.localise(value)
}

const list = (value: unknown, scope: Scope, where: string, name: string): unknown[] => {
  const resolved = resolveValue(value, scope, where)
  if (!Array.isArray(resolved)) throw unresolved(where, `an ${name} without a list`)
  return resolved
}

const text = (value: unknown, where: string, name: string): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw unresolved(where, `an ${name} of something that is not text`)
}

const split = (value: string, separator: string, parts: number): string[] => {
  const [first = '', ...rest] = value.split(separator)
  return parts === 2 ? [first, rest.join(separator)] : [first, ...rest]
}

const unresolved = (where: string, what: string): LocalError =>
  unsupported(`${where} uses ${what}, which the local run cannot resolve.`)
