import * as z from 'zod'

/** `own`: our own mail came back. `notification`: other mail that a program wrote or forwarded. */
export const automaticKinds = ['own', 'bounce', 'automatic-reply', 'bulk', 'notification'] as const

interface SignMeaning {
  readonly kind: (typeof automaticKinds)[number]
  readonly strength: 'strong' | 'weak'
}

/**
 * The signs of automatic mail. The order decides the kind of a mail with several signs: the most telling sign comes
 * first. For example, Postfix marks its bounces as `auto-replied`, and vacation answers have an empty reverse path and
 * often `Precedence: bulk`. Weak signs are also found in mail that people write.
 */
const meanings = {
  'own-sender': { kind: 'own', strength: 'strong' },
  'own-hop': { kind: 'own', strength: 'strong' },
  'delivery-report': { kind: 'bounce', strength: 'strong' },
  'failed-recipients': { kind: 'bounce', strength: 'strong' },
  'mailer-daemon': { kind: 'bounce', strength: 'strong' },
  'disposition-report': { kind: 'automatic-reply', strength: 'strong' },
  'auto-replied': { kind: 'automatic-reply', strength: 'strong' },
  'auto-reply-header': { kind: 'automatic-reply', strength: 'strong' },
  'null-return-path': { kind: 'bounce', strength: 'strong' },
  'list-header': { kind: 'bulk', strength: 'strong' },
  precedence: { kind: 'bulk', strength: 'strong' },
  report: { kind: 'notification', strength: 'strong' },
  'auto-generated': { kind: 'notification', strength: 'strong' },
  'loop-header': { kind: 'notification', strength: 'strong' },
  'control-loop': { kind: 'notification', strength: 'strong' },
  'own-relay': { kind: 'own', strength: 'weak' },
  'list-unsubscribe': { kind: 'bulk', strength: 'weak' },
  'robot-sender': { kind: 'notification', strength: 'weak' },
  'response-suppressed': { kind: 'notification', strength: 'weak' },
} as const satisfies Record<string, SignMeaning>

export type SignCode = keyof typeof meanings
const signCodes = Object.keys(meanings) as SignCode[] // The type of `Object.keys` is `string[]` for any object.

/** One sign, and where it was found. */
export const foundSignSchema = z.object({
  sign: z.enum(signCodes).meta({
    description:
      'A stable code. docs/dispatching.md lists the codes and says which of them are weak. Later versions may add codes.',
    examples: ['auto-replied'],
  }),
  header: z
    .string()
    .meta({ description: 'The header that contains the sign, in lower case.', examples: ['auto-submitted'] }),
  value: z.string().meta({
    description: 'The first 100 characters of the header’s value, or the system address.',
    examples: ['auto-replied (vacation)'],
  }),
})
export type FoundSign = z.infer<typeof foundSignSchema>

export const automaticMailSchema = z.object({
  kind: z
    .enum(automaticKinds)
    .meta({
      description:
        'The kind of automatic mail. `own`: our own mail came back. `notification`: other mail that a program wrote ' +
        'or forwarded. It is absent if the only sign is weak. Later versions may add kinds.',
      examples: ['automatic-reply'],
    })
    .optional(),
  signs: z
    .array(
      foundSignSchema.extend({
        strength: z.enum(['strong', 'weak']).meta({
          description: 'One strong sign is enough. Weak signs count only if there are two different ones.',
          examples: ['strong'],
        }),
      }),
    )
    .meta({ description: 'The evidence, with each sign at most once. The most telling sign comes first.' }),
})
export type AutomaticMail = z.infer<typeof automaticMailSchema>

/**
 * Decides whether a mail is automatic, and determines its kind.
 * @returns undefined if there is no sign
 */
export const automaticMailOf = (found: readonly FoundSign[]): AutomaticMail | undefined => {
  if (found.length === 0) return undefined
  const signs = signCodes.flatMap((code) => {
    const first = found.find(({ sign }) => sign === code)
    return first ? [{ ...first, strength: meanings[code].strength }] : []
  })
  const [first, second] = signs
  // The table lists all strong signs before the weak ones.
  const counts = first?.strength === 'strong' || second !== undefined
  return { ...(first && counts && { kind: meanings[first.sign].kind }), signs }
}
