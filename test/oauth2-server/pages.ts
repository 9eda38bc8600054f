/** The server's own pages: plain forms for an HTTP client or a browser. */

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`)

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body><h1>${escaped(title)}</h1>${body}</body></html>`

const form = (path: string, inner: string): string => `<form method="post" action="${escaped(path)}">${inner}</form>`

export interface LoginPage {
  readonly path: string
  readonly hint: string
  readonly complaint?: string
}

export const loginPage = ({ path, hint, complaint }: LoginPage): string =>
  page(
    'Sign in',
    `${complaint === undefined ? '' : `<p role="alert">${escaped(complaint)}</p>`}${form(
      path,
      `<p><label>E-mail address <input name="email" type="email" value="${escaped(hint)}"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<p><button name="action" value="sign-in">Sign in</button> <button name="action" value="cancel" formnovalidate>Cancel</button></p>`,
    )}`,
  )

export interface ConsentPage {
  readonly path: string
  readonly client: string
  readonly user: string
  readonly scopes: readonly string[]
}

export const consentPage = ({ path, client, user, scopes }: ConsentPage): string =>
  page(
    `${client} requests access`,
    `<ul>${scopes.map((scope) => `<li>${escaped(scope)}</li>`).join('')}</ul><p>as ${escaped(user)}</p>${form(
      path,
      '<p><button name="action" value="allow">Allow</button> <button name="action" value="deny">Deny</button></p>',
    )}`,
  )

export const errorPage = (error: string, description: string | undefined): string =>
  page('An error occurred', `<p><code>${escaped(error)}</code></p><p>${escaped(description ?? '')}</p>`)
