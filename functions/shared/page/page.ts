import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { type Html, html } from './html.ts'
import { securityHeaders, sourceOf } from './page-headers.ts'
import { pageStyle } from './page-style.ts'

/** A page for people, who need nothing but a browser to read it. */
export interface Page {
  readonly status: number
  readonly title: string
  readonly main: Html
  /** Seconds after which the browser asks again. */
  readonly refreshAfter?: number
  /** Where its form may lead, as Content-Security-Policy writes it; `'none'` when left out. */
  readonly formAction?: string
}

/** On to another page of ours, or to a provider. */
export interface Redirect {
  /** Absolute. */
  readonly location: string
  /** Set-Cookie lines. */
  readonly cookies?: readonly string[]
}

const styleSource = sourceOf(pageStyle)

/** They name people and mailboxes, and hold what must work once: nobody keeps or indexes them, and no frame shows them. */
const ownHeaders = {
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  // For browsers from before `frame-ancestors`.
  'x-frame-options': 'DENY',
}

export const pageResponse = ({
  status,
  title,
  main,
  refreshAfter,
  formAction,
}: Page): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    ...securityHeaders(styleSource, formAction),
    ...ownHeaders,
    // Under `no-referrer` a form would be sent with `Origin: null`, and its receiver could not tell whose it is (Fetch, "append a request Origin header").
    ...(formAction !== undefined && { 'referrer-policy': 'same-origin' }),
    ...(refreshAfter !== undefined && { refresh: String(refreshAfter) }),
  },
  body: documentOf(title, main).replace(stylePlace, () => `<style>${pageStyle}</style>`),
})

export const redirectResponse = ({ location, cookies = [] }: Redirect): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 303,
  headers: { location, ...securityHeaders("'none'"), ...ownHeaders },
  cookies: [...cookies],
})

/** The style is our own and needs no escaping; it would not survive it. */
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
