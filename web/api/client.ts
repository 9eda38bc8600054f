import createClient, { type Middleware } from 'openapi-fetch'
import { accessToken, forgetToken } from '../session/session.ts'
import { problemOf } from './problems.ts'
import type { paths } from './schema.d.ts'

const authorised: Middleware = {
  onRequest: async ({ request }) => {
    request.headers.set('Authorization', `Bearer ${await accessToken()}`)
  },
  onResponse: ({ response }) => {
    if (response.status === 401) forgetToken()
  },
}

/** The HTTP API, typed by its description. */
export const api = createClient<paths>({ baseUrl: '/', cache: 'no-store' })
api.use(authorised)

interface Outcome<T> {
  data?: T
  error?: unknown
  response: Response
}

/** @returns the body of a successful response @throws ApiProblem for every other one */
export const bodyOf = async <T>(request: Promise<Outcome<T>>): Promise<NonNullable<T>> => {
  const { data, error, response } = await request
  if (data === undefined || data === null) throw problemOf(error, response.status)
  return data
}

/** @returns the body and its ETag, which a change sends as `If-Match` @throws ApiProblem */
export const versionedBodyOf = async <T>(
  request: Promise<Outcome<T>>,
): Promise<{ value: NonNullable<T>; etag: string }> => {
  const outcome = await request
  return { value: await bodyOf(Promise.resolve(outcome)), etag: outcome.response.headers.get('etag') ?? '*' }
}

/** Waits for a response without a body. @throws ApiProblem unless it is a success */
export const done = async (request: Promise<Outcome<unknown>>): Promise<void> => {
  const { error, response } = await request
  if (!response.ok) throw problemOf(error, response.status)
}

/** Follows `next` until the last page. Only for lists that are short by nature, such as queues. @throws ApiProblem */
export const everyItem = async <T>(
  page: (next: string | undefined) => Promise<Outcome<{ items: T[]; next?: string }>>,
): Promise<T[]> => {
  const items: T[] = []
  let next: string | undefined
  do {
    const answer = await bodyOf(page(next))
    items.push(...answer.items)
    next = answer.next
  } while (next !== undefined)
  return items
}
