import { httpEventSchema } from '../http/request.ts'
import { routedFunction } from '../http/routed-function.ts'
import { type Log, safeFieldsOf } from '../logger.ts'
import { html } from './html.ts'
import { type Page, pageResponse, type Redirect, redirectResponse } from './page.ts'

/** The request for a page. Bodies are not read, because our forms have no fields. */
export interface PageRequest {
  readonly params: Readonly<Record<string, string | undefined>>
  readonly query: Readonly<Record<string, string | undefined>>
  /** The names are in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** In the form `name=value`, as the browser sends them. */
  readonly cookies: readonly string[]
}

export interface PageRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly answer: (request: PageRequest) => Promise<Page | Redirect>
}

const nothingHere: Page = {
  status: 404,
  title: 'Page not found',
  main: html`<h1>Page not found</h1><p>This address does not exist. Open the link exactly as you received it.</p>`,
}

/**
 * Creates the Lambda handler for pages that people open without signing in. Every failure results in a page that
 * reveals no internal details.
 */
export const pageFunction = ({ routes, log }: { readonly routes: readonly PageRoute[]; readonly log: Log }) =>
  routedFunction({
    routes: routes.map(({ method, path, answer }) => ({
      method,
      path,
      handler: async (event) => responseOf(await answer(requestOf(event))),
    })),
    notFound: () => pageResponse(nothingHere),
    failed: (error, requestId) => {
      log.error('page failed', { ...safeFieldsOf(error), requestId })
      return pageResponse(failedPage(requestId))
    },
  })

const requestOf = (event: unknown): PageRequest => {
  const { pathParameters = {}, queryStringParameters = {}, headers, cookies } = httpEventSchema.parse(event)
  return { params: pathParameters, query: queryStringParameters, headers, cookies }
}

const responseOf = (answer: Page | Redirect) => ('location' in answer ? redirectResponse(answer) : pageResponse(answer))

const failedPage = (requestId: string): Page => ({
  status: 500,
  title: 'Something went wrong',
  main: html`<h1>Something went wrong on our side</h1>
<p>Open the link as you received it, and try again. If the problem persists, tell the person who sent you the link that this page failed, and include this number:</p>
<p><code>${requestId}</code></p>`,
})
