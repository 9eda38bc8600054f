/** What a mail session logs in with. `oauth2` adds a bearer-token member later. */
export type Credential = { readonly method: 'password'; readonly username: string; readonly password: string }
