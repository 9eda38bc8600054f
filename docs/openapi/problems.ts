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

/** The problem responses of one operation by status. Each refers to the examples of its codes. */
export const problemResponses = (route: Route): Json => {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of problemsOf(route)) {
    const { status } = problemCatalogue[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${problemCatalogue[code].title}.`).join(' '),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
          },
        },
      },
    ]),
  )
}

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
