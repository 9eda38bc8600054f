import type { Route } from '../../functions/shared/http/route.ts'
import { type ProblemCode, problemCatalogue } from '../../lib/reasons/problem.ts'
import type { Json } from './schemas.ts'

/** Every code that a route can return: its own codes, and those that follow from its properties. */
export const problemsOf = ({ definition: { body, problems = [] } }: Route): ProblemCode[] => [
  ...new Set<ProblemCode>([
    'invalid-request',
    ...(body ? (['malformed-json', 'body-too-deep', 'body-too-large', 'content-type-unsupported'] as const) : []),
    'not-signed-in',
    'role-missing',
    ...problems,
    'internal-error',
  ]),
]

/** The problem responses of one operation by status. */
export const problemResponses = (route: Route): Json =>
  Object.fromEntries(
    [...codesByStatus(route)].map(([status, codes]) => [
      String(status),
      { $ref: `#/components/responses/${responseName(codes)}` },
    ]),
  )

/** The problem responses of all operations, which share most of them. Each refers to the examples of its codes. */
export const sharedProblemResponses = (routes: readonly Route[]): Json =>
  Object.fromEntries(
    routes
      .flatMap((route) => [...codesByStatus(route).values()])
      .map((codes): [string, Json] => [responseName(codes), problemResponse(codes)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const codesByStatus = (route: Route): Map<number, ProblemCode[]> =>
  Map.groupBy(problemsOf(route), (code) => problemCatalogue[code].status)

/** For example `InvalidRequestOrMalformedJson`. */
const responseName = (codes: readonly ProblemCode[]): string =>
  codes.map((code) => code.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())).join('Or')

const problemResponse = (codes: readonly ProblemCode[]): Json => ({
  description: codes.map((code) => `\`${code}\`: ${problemCatalogue[code].title}.`).join(' '),
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
})

/** One complete problem document for each code in the catalogue. */
export const problemExamples = (): Json =>
  Object.fromEntries(
    Object.entries(problemCatalogue).map(([code, { status, title, remedy, when, example }]) => [
      code,
      {
        summary: title,
        description: when,
        value: {
          type: `urn:postmaster:problem:${code}`,
          title,
          status,
          detail: example,
          instance: 'c2Fg5hJQFiAEJ6Q=',
          code,
          remedy,
          ...(code === 'invalid-request' && { errors: [{ path: '/port', message: 'must be a whole number' }] }),
        },
      },
    ]),
  )
