import { SessionEnded, SessionUnavailable } from '../session/token-holder.ts'
import type { components } from './schema.d.ts'

type Problem = components['schemas']['Problem']

/** Codes of problems that arise in the browser. */
type PageCode = 'unreachable' | 'session-ended' | 'not-understood'

/** Why a request failed, as a screen shows it. */
export class ApiProblem extends Error {
  readonly code: Problem['code'] | PageCode
  readonly status: number
  readonly remedy: string
  /** What is wrong with the fields of a form. `path` is a JSON pointer into the body. */
  readonly fields: readonly { readonly path: string; readonly message: string }[]
  /** The id that appears in the log of the function. */
  readonly requestId: string | undefined

  constructor(
    problem: Pick<Problem, 'detail' | 'remedy' | 'errors'> & {
      code: ApiProblem['code']
      status: number
      instance?: string
    },
  ) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.code = problem.code
    this.status = problem.status
    this.remedy = problem.remedy
    this.fields = problem.errors ?? []
    this.requestId = problem.instance
  }
}

/** @returns the problem of a response that is not a success */
export const problemOf = (error: unknown, status: number): ApiProblem => {
  if (isProblem(error)) return new ApiProblem(error)
  return new ApiProblem({
    code: 'not-understood',
    status,
    detail: `Postmaster answered with the HTTP status ${status}.`,
    remedy:
      status === 429 || status >= 500
        ? 'Try again in a moment.'
        : 'Reload the page. If that does not help, report it with the time.',
  })
}

/** @returns any thrown value as a problem */
export const asProblem = (thrown: unknown): ApiProblem => {
  if (thrown instanceof ApiProblem) return thrown
  if (thrown instanceof SessionUnavailable) return problemOf(thrown.problem, thrown.status)
  if (thrown instanceof SessionEnded)
    return new ApiProblem({
      code: 'session-ended',
      status: 401,
      detail: 'Your session has ended. Your input is still here.',
      remedy: 'Sign in, then try again.',
    })
  return new ApiProblem({
    code: 'unreachable',
    status: 0,
    detail: 'Postmaster does not answer.',
    remedy: 'Check your network connection, then try again.',
  })
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'remedy' in value
