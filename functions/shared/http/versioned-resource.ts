import * as z from 'zod'
import type { Actor } from '../../../lib/requests/actor.ts'
import type { ExpectedVersion } from '../../../lib/requests/expected-version.ts'
import { mergePatchSchema } from '../../../lib/requests/merge-patch-schema.ts'
import type { Versioned } from '../../../lib/requests/versioned.ts'
import { expectedVersionOf } from './etag.ts'
import { type Route, route } from './route.ts'
import { type RouteDocumentation, versionProblems } from './route-documentation.ts'
import { versionedAnswer } from './versioned-answer.ts'

/** One kind of thing that is read with an ETag and changed with If-Match. */
export interface VersionedResource<Params extends z.ZodType> {
  /** Of one of them: `/queues/{queueId}`. */
  readonly path: string
  readonly params: Params
  readonly view: z.ZodType
  /** As in "The queue as it is now". */
  readonly called: string
}

type Documentation = Pick<
  RouteDocumentation,
  'operation' | 'summary' | 'description' | 'documentedBody' | 'problems' | 'examples'
>

/** Which version a change is made to, and by whom. */
export interface ChangeBy {
  readonly expected: ExpectedVersion
  readonly by: Actor
}

export const readRoute = <Params extends z.ZodType>(
  { path, params, view, called }: VersionedResource<Params>,
  documentation: Omit<Documentation, 'description' | 'problems'>,
  read: (params: z.output<Params>) => Promise<Versioned<unknown>>,
): Route =>
  route({
    method: 'GET',
    path,
    role: 'reader',
    params,
    ...documentation,
    description: 'Its ETag is what a change of it names.',
    answers: { 200: { description: `The ${called}.`, body: view, headers: ['etag'] } },
    problems: ['not-found'],
    handle: async ({ params }) => versionedAnswer(200, await read(params)),
  })

/** PUT: a body with everything. */
export const replaceRoute = <Params extends z.ZodType, Body extends z.ZodType>(
  resource: VersionedResource<Params>,
  { body, problems = [], ...documentation }: Documentation & { readonly body: Body },
  replace: (params: z.output<Params>, body: z.output<Body>, change: ChangeBy) => Promise<Versioned<unknown>>,
): Route =>
  route({
    method: 'PUT',
    path: resource.path,
    role: 'admin',
    params: resource.params,
    body,
    ...documentation,
    answers: changed(resource),
    problems: ['not-found', ...problems, ...versionProblems],
    handle: async ({ params, body, caller, headers }) =>
      versionedAnswer(200, await replace(params, body, { expected: expectedVersionOf(headers), by: caller })),
  })

/** PATCH: a merge patch of `body`, which the use case reads, as it knows what it is applied to. */
export const changeRoute = <Params extends z.ZodType>(
  resource: VersionedResource<Params>,
  {
    body,
    more,
    problems = [],
    ...documentation
  }: Omit<Documentation, 'description'> & {
    readonly body: z.ZodObject
    /** Sentences after those that every such route has. */
    readonly more?: string
  },
  change: (params: z.output<Params>, patch: Record<string, unknown>, change: ChangeBy) => Promise<Versioned<unknown>>,
): Route =>
  route({
    method: 'PATCH',
    path: resource.path,
    role: 'admin',
    params: resource.params,
    body: z.record(z.string(), z.unknown()),
    documentedBody: mergePatchSchema(body),
    ...documentation,
    description: ['A JSON merge patch (RFC 7396): what is left out stays, `null` returns a field to its default.', more]
      .filter((part) => part !== undefined)
      .join(' '),
    answers: changed(resource),
    problems: ['not-found', ...problems, ...versionProblems],
    handle: async ({ params, body, caller, headers }) =>
      versionedAnswer(200, await change(params, body, { expected: expectedVersionOf(headers), by: caller })),
  })

export const deleteRoute = <Params extends z.ZodType>(
  { path, params }: VersionedResource<Params>,
  { problems = [], ...documentation }: Documentation,
  remove: (params: z.output<Params>, change: ChangeBy) => Promise<void>,
): Route =>
  route({
    method: 'DELETE',
    path,
    role: 'admin',
    params,
    ...documentation,
    answers: { 204: { description: 'It is gone.' } },
    problems: ['not-found', ...problems, ...versionProblems],
    handle: async ({ params, caller, headers }) => {
      await remove(params, { expected: expectedVersionOf(headers), by: caller })
      return { status: 204 }
    },
  })

const changed = ({ view, called }: VersionedResource<z.ZodType>) => ({
  200: { description: `The ${called} as it is now.`, body: view, headers: ['etag'] as const },
})
