import { unsupported } from '../common/errors.ts'
import type { RouteSettings } from './api-settings.ts'

export interface MatchedRoute {
  readonly route: RouteSettings
  readonly pathParameters: Readonly<Record<string, string>>
}

interface Row {
  readonly route: RouteSettings
  readonly method: string
  readonly segments: readonly string[]
}

/**
 * Selects a route as an HTTP API does. A full match comes before a greedy one, which comes before `$default`. From left
 * to right, literal segments come before parameters, and a method comes before ANY. A trailing slash makes a path
 * different, and a greedy parameter may be empty after one.
 */
export class RouteTable {
  readonly #rows: readonly Row[]
  readonly #fallback: RouteSettings | undefined

  constructor(routes: readonly RouteSettings[]) {
    this.#fallback = routes.find((route) => route.key === '$default')
    this.#rows = routes
      .filter((route) => route.key !== '$default')
      .map(row)
      .sort(moreSpecificFirst)
  }

  /** `segments` are the path's segments, each percent-decoded. An encoded slash does not end a parameter. */
  match(method: string, segments: readonly string[]): MatchedRoute | undefined {
    for (const { route, method: declared, segments: pattern } of this.#rows) {
      if (declared !== 'ANY' && declared !== method) continue
      const pathParameters = parametersOf(pattern, segments)
      if (pathParameters !== undefined) return { route, pathParameters }
    }
    return this.#fallback === undefined ? undefined : { route: this.#fallback, pathParameters: {} }
  }
}

const row = (route: RouteSettings): Row => {
  const parts = /^(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (\/.*)$/.exec(route.key)
  if (parts === null) throw unsupported(`The local run does not support the route '${route.key}'.`)
  return { route, method: parts[1] ?? '', segments: (parts[2] ?? '').split('/').slice(1) }
}

const isGreedy = (segment: string | undefined): boolean => segment?.endsWith('+}') === true
const isParameter = (segment: string): boolean => segment.startsWith('{') && segment.endsWith('}')

const parametersOf = (pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined => {
  const greedy = isGreedy(pattern.at(-1))
  if (greedy ? segments.length < pattern.length : segments.length !== pattern.length) return undefined
  const found: Record<string, string> = {}
  for (const [at, expected] of pattern.entries()) {
    const given = segments[at] ?? ''
    if (isGreedy(expected)) {
      found[expected.slice(1, -2)] = segments.slice(at).join('/')
    } else if (isParameter(expected)) {
      if (given === '') return undefined
      found[expected.slice(1, -1)] = given
    } else if (expected !== given) return undefined
  }
  return found
}

const moreSpecificFirst = (a: Row, b: Row): number => {
  const rank = (one: Row): string =>
    [
      isGreedy(one.segments.at(-1)) ? '1' : '0',
      one.segments.map((segment) => (isGreedy(segment) ? '2' : isParameter(segment) ? '1' : '0')).join(''),
      one.method === 'ANY' ? '1' : '0',
    ].join(':')
  return rank(a) < rank(b) ? -1 : 1
}
