import type { Node } from 'constructs'
import * as z from 'zod'
import type { Issuer } from './constructs/sign-in.ts'

/** What is decided when the template is made, because it changes which resources exist: `cdk deploy -c name=value`. */
const settingsSchema = z
  .object({
    /** An OIDC issuer of one's own instead of the Cognito user pool, such as `https://login.example.com/realms/desk`. */
    oidcIssuer: z.url({ protocol: /^https$/ }).optional(),
    /** The `aud` (or `client_id`) its tokens carry; several are separated by commas. */
    oidcAudience: z
      .string()
      .transform((list) => list.split(',').map((audience) => audience.trim()))
      .pipe(z.array(z.string().min(1)))
      .optional(),
    /** An existing SNS topic that hears of alarms. */
    alarmTopicArn: z.string().startsWith('arn:').optional(),
    /**
     * Where browsers reach the API when it has a domain of its own, such as `https://postmaster.example.com`: where OAuth2 providers
     * send people back to. The API's own endpoint when left out.
     */
    publicUrl: z
      .url({ protocol: /^https$/ })
      .refine((url) => /^https:\/\/[^/?#@]+\/?$/i.test(url), { error: 'scheme and host only' })
      .transform((url) => url.replace(/\/$/, ''))
      .optional(),
  })
  .refine(({ oidcIssuer, oidcAudience }) => (oidcIssuer === undefined) === (oidcAudience === undefined), {
    error: 'oidcIssuer and oidcAudience belong together: give both or neither',
  })

export interface Settings {
  readonly externalIssuer?: Issuer
  readonly alarmTopicArn?: string
  readonly publicUrl?: string
}

export const settingsOf = (node: Node): Settings => {
  const context = Object.fromEntries(
    Object.keys(settingsSchema.shape).map((name) => [name, node.tryGetContext(name) as unknown]),
  )
  const parsed = settingsSchema.safeParse(context)
  if (!parsed.success) throw new Error(`Context is not usable:\n${z.prettifyError(parsed.error)}`)
  const { oidcIssuer, oidcAudience, alarmTopicArn, publicUrl } = parsed.data
  return {
    ...(oidcIssuer !== undefined &&
      oidcAudience !== undefined && { externalIssuer: { issuer: oidcIssuer, audience: oidcAudience } }),
    ...(alarmTopicArn !== undefined && { alarmTopicArn }),
    ...(publicUrl !== undefined && { publicUrl }),
  }
}
