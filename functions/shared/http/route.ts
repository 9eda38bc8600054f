import * as z from 'zod'
import type { Actor } from '../../../lib/audit/audit-entry.ts'
import type { ProblemCode } from '../../../lib/reasons/problem.ts'
import { invalidRequest, parseFields } from '../../../lib/requests/parse-request.ts'
import type { Log } from '../logger.ts'
import { type Access, writeAccess } from './access-line.ts'
import { callerOf, type HttpEvent, jsonBodyOf, type Role, type RoleSettings } from './request.ts'

/** A route's successful response with one status. */
export interface DocumentedAnswer {
  readonly description: string
  /** Its fields have descriptions and examples (`.meta`). If omitted, the response has no body. */
  readonly body?: z.ZodType
  /** `application/json` if omitted. */
  readonly mediaType?: string
  readonly headers?: readonly ('etag' | 'location')[]
}

/** A request that succeeds. A test sends it to the real function and expects `status` and a documented response. */
export interface RequestExample {
  readonly summary: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly status: number
}

/**
 * The parts of a route's documentation in docs/openapi.json and on the page `/docs` that do not follow from its
 * schemas.
 */
export interface RouteDocumentation {
  /** Unique in the whole API, for example `createAccount`. A generated client uses it as the name of the call. */
  readonly operation: string
  /** Four or five words, for example "Create a mail account". */
  readonly summary: string
  /** Sentences in Markdown's plain subset: paragraphs, `code`, lists. */
  readonly description: string
  /** Describes the body if `body` accepts any object because the use case parses it. */
  readonly documentedBody?: z.ZodType
  readonly answers: Readonly<Record<number, DocumentedAnswer>>
  /**
   * Problems in addition to those that every route has (see `problemsOf` in docs/openapi). `version-required` also
   * implies that If-Match is required.
   */
  readonly problems?: readonly ProblemCode[]
  readonly examples: readonly RequestExample[]
}

/** The problems of a route that changes a specific version, so that it requires If-Match. */
export const versionProblems = ['version-required', 'changed-meanwhile'] as const satisfies readonly ProblemCode[]

export interface Answer {
  readonly status: number
  /** Sent as JSON. Omitted for 204 and 303. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Set-Cookie lines. */
  readonly cookies?: readonly string[]
}

export interface RouteDefinition<Body extends z.ZodType, Query extends z.ZodType, Params extends z.ZodType>
  extends RouteDocumentation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** In API Gateway's notation: `/accounts/{accountId}`. */
  readonly path: string
  readonly role: Role
  /** If omitted, the route does not accept a body, and a body that is sent is not read. */
  readonly body?: Body
  /** If omitted, every query parameter is an unknown field. */
  readonly query?: Query
  readonly params?: Params
  /** What a successful request reads or uses. It leaves a line in the function's log. */
  readonly access?: (input: { readonly query: z.output<Query>; readonly params: z.output<Params> }) => Access
  readonly handle: (input: {
    readonly body: z.output<Body>
    readonly query: z.output<Query>
    readonly params: z.output<Params>
    readonly caller: Actor
    /** The highest role of the caller, which may be above the role that the route requires. */
    readonly role: Role
    readonly headers: HttpEvent['headers']
    readonly requestId: string
  }) => Promise<Answer>
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** The original definition, for docs/openapi.json. */
  readonly definition: RouteDocumentation & {
    readonly role: Role
    readonly body?: z.ZodType
    readonly query?: z.ZodType
    readonly params?: z.ZodType
  }
  readonly answer: (event: HttpEvent, roles: RoleSettings, log: Log) => Promise<Answer>
}

const nothing = z.strictObject({})

/** Checks the role, then reports all errors in the path, query and body in one problem, then calls the handler. */
export const route = <
  Body extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = typeof nothing,
  Params extends z.ZodType = typeof nothing,
>(
  definition: RouteDefinition<Body, Query, Params>,
): Route => ({
  method: definition.method,
  path: definition.path,
  definition,
  answer: async (event, roles, log) => {
    const { actor: caller, role } = callerOf(event, definition.role, roles)
    // If a schema is omitted, its type parameter has the default: `nothing`, or undefined for the body.
    const params = parseFields((definition.params ?? nothing) as Params, event.pathParameters ?? {}, 'parameter')
    const query = parseFields((definition.query ?? nothing) as Query, event.queryStringParameters ?? {}, 'parameter')
    const body = parseFields(
      (definition.body ?? z.undefined()) as Body,
      definition.body && !(mayBeLeftOut(definition.body) && !event.body) ? jsonBodyOf(event) : undefined,
      'pointer',
    )
    if (!params.ok || !query.ok || !body.ok)
      throw invalidRequest([params, query, body].flatMap((part) => (part.ok ? [] : part.fields)))
    const answer = await definition.handle({
      body: body.value,
      query: query.value,
      params: params.value,
      caller,
      role,
      headers: event.headers,
      requestId: event.requestContext.requestId,
    })
    if (definition.access) writeAccess(log, definition.access({ params: params.value, query: query.value }), caller)
    return answer
  },
})

/** True if all settings in the body are optional. In that case, the body and its content type may be omitted. */
const mayBeLeftOut = (body: z.ZodType): boolean => body.safeParse(undefined).success
