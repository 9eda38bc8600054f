import * as z from 'zod'
import type { Reason } from '../reasons/reason.ts'

/**
 * The ids in the examples of the documentation, which together tell one story. The test that executes the examples
 * creates these objects.
 */
export const exampleIds = {
  account: '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
  queue: '01JNBZ4ZQ0V7M3T9H2K5W8XQVE',
  run: '01JNBZ4ZQ0V7M3T9H2K5W8XRVN',
  profile: '01JNBZ4ZQ0V7M3T9H2K5W8XPRF',
  provider: '01JNBZ4ZQ0V7M3T9H2K5W8XPVD',
  /** An account that logs in with OAuth2 and uses the profile above. */
  oauth2Account: '01JNBZ4ZQ0V7M3T9H2K5W8XA02',
  consent: 'uRZGNvKp3wQ1yTj7oXcB5aVdLhE9sM2fIkU8nY4rP0g',
  message: '5f0c7d3a91b84e26a7f1d09be3c852647d1f6a0b9c3e58d2471fa6b0c9e3d582',
  destination: '01JNBZ4ZQ0V7M3T9H2K5W8XDST',
  otherDestination: '01JNBZ4ZQ0V7M3T9H2K5W8XDS2',
  token: '01JNBZ4ZQ0V7M3T9H2K5W8XTKN',
} as const

/** A time in the API's format: ISO 8601 in UTC. */
export const timeField = (description: string, example = '2026-03-02T08:10:04.218Z') =>
  z.string().meta({ format: 'date-time', description, examples: [example] })

/**
 * The name of a person or program: the verified e-mail address, otherwise the user name, otherwise the `sub` of the
 * token.
 */
export const personField = (description: string) => z.string().meta({ description, examples: ['jane@example.com'] })

/** Accompanies a name, because a name can pass from one person to another. */
export const subField = (whose: string) =>
  z
    .string()
    .meta({
      description: `The \`sub\` of the token of ${whose}, which permanently identifies a person. Records that older versions or Postmaster itself created do not have it.`,
      examples: ['5f6c1e52-90d1-70a4-9f43-3c1d5e0f7b21'],
    })
    .optional()

/** A failure or a warning in a response, with an example. */
export const reasonFields = ({ code, detail, remedy }: Reason, description = 'What is wrong.') => ({
  code: z.string().meta({ description: 'A stable code for programs.', examples: [code] }),
  detail: z.string().meta({ description, examples: [detail] }),
  remedy: z.string().meta({ description: 'How to resolve it.', examples: [remedy] }),
})

/** The fields that every object created by an admin has. */
export const bookkeepingFields = {
  createdAt: timeField('The time of creation.', '2026-03-01T09:00:00.000Z'),
  createdBy: personField('The person who created it.'),
  createdBySub: subField('the person who created it'),
  changedAt: timeField('The time of the last change.', '2026-03-01T09:00:00.000Z'),
  changedBy: personField('The person who last changed it.'),
  changedBySub: subField('the person who last changed it'),
}
