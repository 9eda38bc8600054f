import type { Ending } from './faults.ts'

export const tokenMechanisms = ['OAUTHBEARER', 'XOAUTH2'] as const
export type TokenMechanism = (typeof tokenMechanisms)[number]

export const isTokenMechanism = (name: string): name is TokenMechanism =>
  tokenMechanisms.some((mechanism) => mechanism === name)

/** The data that a client sends to log in with a bearer token. */
export interface TokenLogin {
  readonly mechanism: TokenMechanism
  readonly user: string
  readonly token: string
}

export interface TokenRefusal {
  /**
   * Sent after `+ `, one after the other, each answered by the client; objects are sent as base64 of their JSON. If
   * omitted, one challenge in the form of RFC 7628.
   */
  readonly challenges?: readonly (string | object)[]
  /**
   * Happens instead of waiting for the response to the last challenge, or without challenges, instead of a response.
   */
  readonly ending?: Ending
  /** For the final refusal, as in `Refusal`. */
  readonly kind?: 'NO' | 'BAD'
  readonly code?: string
  readonly text?: string
}

/** RFC 7628 section 3.2.2. */
const ordinaryChallenge = { status: 'invalid_token', schemes: 'bearer', scope: 'mail' }

export const challengesOf = ({ challenges = [ordinaryChallenge] }: TokenRefusal): string[] =>
  challenges.map((challenge) =>
    typeof challenge === 'string' ? challenge : Buffer.from(JSON.stringify(challenge)).toString('base64'),
  )

/**
 * The fields of RFC 7628 section 3.1, with a saslname as authorization identity (RFC 5801 section 4), or those of
 * XOAUTH2 (developers.google.com/workspace/gmail/imap/xoauth2-protocol), before the two \x01 at the end.
 */
const forms: Readonly<Record<TokenMechanism, readonly RegExp[]>> = {
  OAUTHBEARER: [/^n,a=([^,]*),$/, /^host=.+$/, /^port=\d+$/, /^auth=Bearer ([\x21-\x7e]+)$/],
  XOAUTH2: [/^user=(.*)$/, /^auth=Bearer ([\x21-\x7e]+)$/],
}

/** @returns undefined unless the response matches the mechanism exactly, in base64 without line breaks */
export const parseTokenLogin = (mechanism: TokenMechanism, response: string): TokenLogin | undefined => {
  if (!/^[A-Za-z0-9+/]+=*$/.test(response)) return undefined
  const fields = Buffer.from(response, 'base64').toString('utf8').split('\x01')
  const form = [...forms[mechanism], /^$/, /^$/]
  const matches = form.map((pattern, index) => pattern.exec(fields[index] ?? '-'))
  if (fields.length !== form.length || matches.includes(null)) return undefined
  const [name = '', token = ''] = matches.flatMap((match) => match?.slice(1) ?? [])
  const user = mechanism === 'OAUTHBEARER' ? name.replace(/=2C/g, ',').replace(/=3D/g, '=') : name
  return { mechanism, user, token }
}
