import type * as z from 'zod'
import type { ProblemCode } from '../../../lib/problems/problem.ts'

/** What a route answers with one status, when all is well. */
export interface DocumentedAnswer {
  readonly description: string
  /** Its fields carry descriptions and examples (`.meta`). Left out: the answer has no body. */
  readonly body?: z.ZodType
  /** `application/json` when left out. */
  readonly mediaType?: string
  readonly headers?: readonly ('etag' | 'location')[]
}

/** A request that works: a test sends it to the real function and wants `status` and a documented answer. */
export interface RequestExample {
  readonly summary: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly status: number
}

/** What docs/openapi.json and the page at `/docs` say of a route, beside what follows from its schemas. */
export interface RouteDocumentation {
  /** Unique over the whole API, such as `createAccount`: the name a generated client gives the call. */
  readonly operation: string
  /** Four or five words, such as "Create a mail account". */
  readonly summary: string
  /** Sentences in Markdown's plain subset: paragraphs, `code`, lists. */
  readonly description: string
  /** What the body means, where `body` only reads it as an object because the use case parses it. */
  readonly documentedBody?: z.ZodType
  readonly answers: Readonly<Record<number, DocumentedAnswer>>
  /** Beside those that every route has (see `problemsOf` in docs/openapi). `version-required` stands for If-Match as well. */
  readonly problems?: readonly ProblemCode[]
  readonly examples: readonly RequestExample[]
}

/** Of a route that changes one version of something: If-Match is needed. */
export const versionProblems = ['version-required', 'changed-meanwhile'] as const satisfies readonly ProblemCode[]
