import { createHash } from 'node:crypto'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { type Html, html } from './html.ts'
import { pageStyle } from './page-style.ts'
import { securityHeaders } from './security-headers.ts'

/** A page for people who have only a browser. */
export interface Page {
  readonly status: number
  readonly title: string
  readonly main: Html
  /** The number of seconds after which the browser reloads the page. */
  readonly refreshAfter?: number
  /** The targets to which its form may lead, in the notation of Content-Security-Policy. `'none'` if omitted. */
  readonly formAction?: string
  /** Set-Cookie lines. */
  readonly cookies?: readonly string[]
}

/** A redirect to another of our pages, or to a provider. */
export interface Redirect {
  /** An absolute URL. */
  readonly location: string
  /** Set-Cookie lines. */
  readonly cookies?: readonly string[]
}

/** The source expression with which Content-Security-Policy allows an inline style. */
export const sourceOf = (style: string): string => `'sha256-${createHash('sha256').update(style).digest('base64')}'`

/**
 * Allows only the given style. Scripts, images and frames are forbidden, and forms are allowed only if the page has
 * one.
 */
const styledPageHeaders = (styleSource: string, formAction = "'none'"): Readonly<Record<string, string>> =>
  securityHeaders(
    `default-src 'none'; style-src ${styleSource}; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
  )

const styleSource = sourceOf(pageStyle)

/**
 * Pages contain names of people and mailboxes, and links that work only once. They must not be stored, indexed or shown
 * in frames.
 */
const ownHeaders = {
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  // For browsers that do not support `frame-ancestors`.
  'x-frame-options': 'DENY',
}

export const pageResponse = ({
  status,
  title,
  main,
  refreshAfter,
  formAction,
  cookies,
}: Page): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    ...styledPageHeaders(styleSource, formAction),
    ...ownHeaders,
    // With `no-referrer`, a browser sends a form with `Origin: null`, and the receiver could not determine the form's
    // origin (Fetch, "append a request Origin header").
    ...(formAction !== undefined && { 'referrer-policy': 'same-origin' }),
    ...(refreshAfter !== undefined && { refresh: String(refreshAfter) }),
  },
  ...(cookies !== undefined && { cookies: [...cookies] }),
  body: documentOf(title, main).replace(stylePlace, () => `<style>${pageStyle}</style>`),
})

export const redirectResponse = ({ location, cookies = [] }: Redirect): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 303,
  headers: { location, ...styledPageHeaders("'none'"), ...ownHeaders },
  cookies: [...cookies],
})

/** A placeholder for the style, which is our own and must not be escaped. */
const stylePlace = '<style></style>'

const documentOf = (title: string, main: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Postmaster</title>
<style></style>
</head>
<body>
<header>Postmaster</header>
<main>
${main}
</main>
</body>
</html>
`.markup
