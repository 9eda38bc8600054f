import * as z from 'zod'

const secondsSince1970 = z.int().positive()

/** What a browser keeps until the issuer sends it back. */
export const pendingSignInSchema = z.strictObject({
  state: z.string().min(1),
  nonce: z.string().min(1),
  codeVerifier: z.string().min(1),
  returnTo: z.string().min(1),
  /** The hash of a secret that the page keeps in this browser. */
  pageHash: z.string().min(1),
  endsAt: secondsSince1970,
})
export type PendingSignIn = z.infer<typeof pendingSignInSchema>

export const sessionSchema = z.strictObject({
  refreshToken: z.string().min(1),
  pageHash: z.string().min(1),
  endsAt: secondsSince1970,
})
export type Session = z.infer<typeof sessionSchema>
