import * as z from 'zod'
import type { Actor } from '../../../lib/audit/audit-entry.ts'
import { mergePatchSchema } from '../../../lib/changes/merge-patch.ts'
import type { ChangeBy, Versioned } from '../../../lib/changes/versioned-change.ts'
import { etagOf, expectedVersionOf } from './request.ts'
import { type Answer, type Route, type RouteDocumentation, route, versionProblems } from './route.ts'

export const versionedAnswer = (status: number, { view, version }: Versioned<unknown>, location?: string): Answer => ({
  status,
  body: view,
  headers: { etag: etagOf(version), ...(location !== undefined && { location }) },
})

/** A kind of resource that is read with an ETag and changed with If-Match. */
export interface VersionedResource<Params extends z.ZodType> {
  /** The path of one resource, for example `/queues/{queueId}`. */
  readonly path: string
  readonly params: Params
  readonly view: z.ZodType
  /** The name of the resource, as in "The queue after the change". */
  readonly called: string
}

type Documentation = Pick<
  RouteDocumentation,
  'operation' | 'summary' | 'description' | 'documentedBody' | 'problems' | 'examples'
>

interface More {
  /** Sentences that follow the description that all such routes share. */
  readonly more?: string
}

const sentences = (shared: string, more: string | undefined): string =>
  more === undefined ? shared : `${shared} ${more}`

export const readRoute = <Params extends z.ZodType>(
  { path, params, view, called }: VersionedResource<Params>,
  { more, ...documentation }: Omit<Documentation, 'description' | 'problems'> & More,
  read: (params: z.output<Params>) => Promise<Versioned<unknown>>,
): Route =>
  route({
    method: 'GET',
    path,
    role: 'reader',
    params,
    ...documentation,
    description: sentences('Send its ETag as If-Match when you change it.', more),
    answers: { 200: { description: `The ${called}.`, body: view, headers: ['etag'] } },
    problems: ['not-found'],
    handle: async ({ params }) => versionedAnswer(200, await read(params)),
  })

/**
 * POST to the path without its last segment.
 * @param idOf the last segment of the new resource's path
 */
export const createRoute = <Body extends z.ZodType, View>(
  { path, view, called }: VersionedResource<z.ZodType>,
  { body, ...documentation }: Documentation & { readonly body: Body },
  create: (body: z.output<Body>, by: Actor) => Promise<Versioned<View>>,
  idOf: (view: View) => string,
): Route => {
  const collection = path.slice(0, path.lastIndexOf('/'))
  return route({
    method: 'POST',
    path: collection,
    role: 'admin',
    body,
    ...documentation,
    answers: { 201: { description: `The new ${called}.`, body: view, headers: ['etag', 'location'] } },
    handle: async ({ body, caller }) => {
      const made = await create(body, caller)
      return versionedAnswer(201, made, `${collection}/${encodeURIComponent(idOf(made.view))}`)
    },
  })
}

/** PUT, with a complete body. */
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

/**
 * PATCH, with a merge patch of `body`. The use case parses it, because it knows the document that the patch applies to.
 */
export const changeRoute = <Params extends z.ZodType>(
  resource: VersionedResource<Params>,
  {
    body,
    more,
    problems = [],
    ...documentation
  }: Omit<Documentation, 'description'> & More & { readonly body: z.ZodObject },
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
    description: sentences(
      'A JSON merge patch (RFC 7396). Omitted fields keep their values, and `null` resets a field to its default.',
      more,
    ),
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
    answers: { 204: { description: 'Deleted.' } },
    problems: ['not-found', ...problems, ...versionProblems],
    handle: async ({ params, caller, headers }) => {
      await remove(params, { expected: expectedVersionOf(headers), by: caller })
      return { status: 204 }
    },
  })

const changed = ({ view, called }: VersionedResource<z.ZodType>) => ({
  200: { description: `The ${called} after the change.`, body: view, headers: ['etag'] as const },
})
