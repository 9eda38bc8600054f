import { expect } from 'vitest'
import { apiParts } from '../../docs/openapi/parts.ts'
import { problemsOf } from '../../docs/openapi/problems.ts'
import { problemSchema } from '../../functions/shared/http/problem-document.ts'
import type { Route } from '../../functions/shared/http/route.ts'
import type { ProblemCode } from '../../lib/reasons/problem.ts'
import type { TestAnswer } from './http-event.ts'

const routes = apiParts.flatMap((part) => part.routes)

const routeOf = (method: string, path: string): Route | undefined => {
  const candidates = routes.filter((route) => route.method === method)
  // A literal path takes precedence over `/accounts/{accountId}`, as in API Gateway.
  return (
    candidates.find((route) => route.path === path) ??
    candidates.find((route) => new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
  )
}

/** Checks that docs/openapi.json describes a response: its status, each field and the error code. */
export const expectDocumented = (method: string, path: string, { status, headers, body }: TestAnswer): void => {
  const route = routeOf(method, path)
  if (!route) return
  const name = `${route.method} ${route.path} ${status}`
  if (status >= 400) {
    expect(problemSchema.parse(body), name).toEqual(body)
    expect(problemsOf(route), name).toContain(body.code as ProblemCode)
    return
  }
  const answer = route.definition.answers[status]
  expect(answer, name).toBeDefined()
  if (answer?.body) {
    // Parsing removes fields that are not described.
    expect(answer.body.parse(body), name).toEqual(body)
  } else expect(body, name).toBeUndefined()
  const given = (['etag', 'location'] as const).filter((header) => headers[header] !== undefined)
  expect(given, name).toEqual([...(answer?.headers ?? [])].sort())
}
