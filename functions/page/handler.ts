import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { encodingFor } from '../shared/page/encoding.ts'
import { headers } from './headers.ts'
import type { PageFile } from './page-files.ts'

/** The path of the page. `functions/session` has the paths below `/admin/session/`. */
const base = '/admin'
const entry = 'index.html'
/** The build names these files after their content, so a file never changes. */
const hashedFolder = 'assets/'

/** The document and files without a hash in their name change with a deployment, so browsers ask each time. */
const revalidated = 'no-cache'
const immutable = 'public, max-age=31536000, immutable'

type Event = Pick<APIGatewayProxyEventV2, 'rawPath' | 'headers'>
type Response = APIGatewayProxyStructuredResultV2

/**
 * Serves the built admin page, which is public and the same for all users. Its data comes from the API, which asks for
 * a token.
 *
 * The screens of the page have addresses of their own, and all of them are the same document. A path with a file
 * extension is a file.
 */
export const pageHandler =
  (files: ReadonlyMap<string, PageFile>) =>
  async ({ rawPath, headers: asked }: Event): Promise<Response> => {
    if (rawPath === '/')
      return { statusCode: 302, headers: { ...headers, location: base, 'cache-control': revalidated } }
    if (rawPath !== base && !rawPath.startsWith(`${base}/`)) return notFound
    const path = rawPath.slice(base.length + 1)
    const file = files.get(path) ?? (isScreen(path) ? files.get(entry) : undefined)
    if (file === undefined) return notFound
    return path.startsWith(hashedFolder)
      ? answer(file, asked, { 'cache-control': immutable })
      : answerUnlessKnown(file, asked)
  }

/** The only dot in a screen's address is that of a delivery's id. What follows it is longer than every file extension. */
const isScreen = (path: string): boolean => !path.startsWith(hashedFolder) && !/\.(?![^./]{21,}$)|\p{Cc}/u.test(path)

/** A browser that has the current file receives only the confirmation of it. */
const answerUnlessKnown = (file: PageFile, asked: Event['headers']): Response => {
  const etag = file.etag()
  const own = { 'cache-control': revalidated, etag }
  const known = asked['if-none-match']?.split(',').map((tag) => tag.trim())
  return known?.includes(etag) || known?.includes('*')
    ? { statusCode: 304, headers: { ...headers, ...own, vary: 'accept-encoding' } }
    : answer(file, asked, own)
}

const answer = (file: PageFile, asked: Event['headers'], own: Readonly<Record<string, string>>): Response => {
  const encoding = encodingFor(asked['accept-encoding'], file.available)
  return {
    statusCode: 200,
    headers: {
      'content-type': file.contentType,
      ...(encoding !== 'identity' && { 'content-encoding': encoding }),
      vary: 'accept-encoding',
      ...headers,
      ...own,
    },
    body: file.content(encoding),
    isBase64Encoded: true,
  }
}

/** It must not be stored, because the file may exist after a deployment. */
const notFound: Response = {
  statusCode: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers, 'cache-control': 'no-store' },
  body: 'This file does not exist.\n',
}
