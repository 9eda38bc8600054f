import type * as z from 'zod'
import type { ProblemCode } from '../../../lib/reasons/problem.ts'

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
