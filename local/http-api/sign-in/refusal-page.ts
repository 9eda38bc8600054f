import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

const style = `:root{color-scheme:light dark}
body{margin:0;padding:clamp(1.25rem,8vw,5rem);font:17px/1.55 system-ui,sans-serif}
main{max-width:38rem;margin:0 auto}h1{font-size:1.5rem;line-height:1.25}
code{font:.875em/1.5 ui-monospace,Menlo,Consolas,monospace}`

const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

/** The page for a browser that did not open the printed address. It contains nothing from the request. */
export const sendAddressPage = (response: ServerResponse): void =>
  send(
    response,
    403,
    'Open the printed address',
    `<p>Open the address that <code>npm start</code> or <code>npm run demo</code> printed in your terminal. It contains a key that signs you in and that is different for each run.</p>
<p>This machine signs you in without a password, so the key makes sure that it is you and not another user of the machine.</p>`,
  )

/** The page for a request that does not come from the admin page of this run. */
export const sendUnknownClientPage = (response: ServerResponse): void =>
  send(
    response,
    400,
    'This sign-in cannot be completed',
    '<p>The request does not come from a client of this run. Open the address that <code>npm start</code> printed.</p>',
  )

const send = (response: ServerResponse, status: number, title: string, text: string): void => {
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Postmaster</title><style>${style}</style></head>
<body><main><h1>${title}</h1>
${text}
</main></body></html>
`
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src ${styleSource}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  response.end(page)
}
