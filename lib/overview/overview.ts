import * as z from 'zod'
import { accountTypes } from '../mailbox/account-type.ts'
import { exampleIds, reasonFields, timeField } from '../requests/documented-fields.ts'

/** A list of the overview contains at most this number of items. A person cannot work through more at a glance. */
export const shownItems = 20

const count = (description: string, example: number) => z.int().meta({ description, examples: [example] })

/** A list that shows only its most urgent items. */
const shortList = <Item extends z.ZodType>(item: Item, description: string) =>
  z
    .object({
      total: count('How many there are.', 1),
      items: z.array(item).meta({ description: `The most urgent of them, at most ${shownItems}.` }),
    })
    .meta({ description })

const accountFields = {
  accountId: z.string().meta({ description: 'The account’s id.', examples: [exampleIds.account] }),
  name: z.string().meta({
    description: 'The account’s name for people: the user of its mailbox, and the host.',
    examples: ['support@example.com at mail.example.com'],
  }),
  username: z.string().meta({ description: 'The account’s user name.', examples: ['support@example.com'] }),
  host: z.string().meta({ description: 'The account’s host.', examples: ['mail.example.com'] }),
  type: z.enum(accountTypes).meta({ description: 'The account’s type.', examples: ['IMAPS'] }),
}

const tickSchema = z
  .object({
    slot: timeField('The time of the tick according to the schedule.', '2026-03-02T08:10:00.000Z'),
    at: timeField('When the tick had requested its runs.', '2026-03-02T08:10:02.311Z'),
    accountsDue: count('How many accounts were due.', 42),
    accountsQueued: count('How many of them were queued for a run.', 42),
    overdue: z.boolean().meta({
      description: 'True if the next tick is long overdue, so the schedule is not running.',
      examples: [false],
    }),
  })
  .meta({ description: 'The latest tick of the schedule. Absent before the first one.' })

const accountCountsSchema = z
  .object({
    total: count('All accounts.', 45),
    valid: count('Accounts that are fetched.', 43),
    failing: count('Valid accounts whose latest run failed.', 1),
    awaitingConsent: count('Valid accounts that are not fetched until a person consents.', 0),
    notCollected: count('Accounts that are not fetched because they are not valid.', 2),
  })
  .meta({ description: 'The accounts at the time of the latest tick. Absent before the first one.' })

const failingAccountSchema = z.object({
  ...accountFields,
  failingSince: timeField('When the account started failing.', '2026-03-02T07:40:03.120Z'),
  ...reasonFields(
    {
      code: 'credentials-rejected',
      detail: 'The server rejected the user name or password.',
      remedy: 'Check the user name and password. Many providers require an app password or OAuth2.',
    },
    'Why the latest run failed.',
  ),
  nextTryAt: timeField(
    'The time of the next fetch. Absent while the account waits for a consent.',
    '2026-03-02T08:20:00.000Z',
  ).optional(),
})

const consentSchema = z.object({
  ...accountFields,
  profileId: z.string().meta({ description: 'The account’s OAuth2 profile.', examples: [exampleIds.profile] }),
  profileName: z
    .string()
    .meta({ description: 'The profile’s name.', examples: ['Service desk at Microsoft 365'] })
    .optional(),
  state: z.enum(['ended', 'ends']).meta({
    description: '`ended`: the consent is no longer valid. `ends`: it ends within 14 days unless a person acts.',
    examples: ['ends'],
  }),
  at: timeField('When it ended or ends. Absent if this is not known.', '2026-03-09T00:00:00.000Z').optional(),
  ...reasonFields(
    {
      code: 'consent-ends',
      detail: 'The consent expires at the provider on 2026-03-09.',
      remedy: 'Connect the account again.',
    },
    'What happened, or will happen.',
  ),
})

const clientSecretSchema = z.object({
  profileId: z.string().meta({ description: 'The profile’s id.', examples: [exampleIds.profile] }),
  name: z.string().meta({ description: 'The profile’s name.', examples: ['Service desk at Microsoft 365'] }),
  state: z.enum(['ended', 'ends']).meta({
    description: '`ended`: the secret has expired. `ends`: it expires within 14 days.',
    examples: ['ends'],
  }),
  expiresOn: z.string().meta({
    format: 'date',
    description: 'The day from which the provider no longer accepts the secret.',
    examples: ['2026-03-09'],
  }),
  ...reasonFields({
    code: 'client-secret-expires',
    detail: 'The client secret of the profile Service desk at Microsoft 365 expires on 2026-03-09, in 7 days.',
    remedy: 'Create a new client secret at the provider.',
  }),
})

export const troubledStates = ['suspended', 'failing', 'paused', 'agent-silent', 'in-doubt'] as const

const destinationSchema = z.object({
  destinationId: z.string().meta({ description: 'The destination’s id.', examples: [exampleIds.destination] }),
  name: z.string().meta({ description: 'The destination’s name.', examples: ['OTOBO'] }),
  state: z.enum(troubledStates).meta({
    description:
      '`suspended`: it has failed for 24 hours or wants no further requests. `failing`: its deliveries wait while ' +
      'Postmaster probes it. `paused`: it is not valid, and deliveries wait for it. `agent-silent`: no agent asks for ' +
      'its deliveries. `in-doubt`: it may have received deliveries already, although nothing confirmed them.',
    examples: ['agent-silent'],
  }),
  ...reasonFields({
    code: 'agent-silent',
    detail: 'No agent has asked for deliveries since 2026-03-02T07:40:00.000Z.',
    remedy: 'On the host of the ticket system, check whether `postmaster deliver` is running, and read its log.',
  }),
  open: count('Deliveries that have not ended and are not quarantined, counted up to 1,000.', 12),
  oldestWaitingAt: timeField('When the oldest of them was planned. Absent if there is none.').optional(),
})

const queueSchema = z.object({
  queueId: z
    .string()
    .meta({ description: 'The queue’s id. Absent if no one receives any mail.', examples: [exampleIds.queue] })
    .optional(),
  name: z
    .string()
    .meta({ description: 'The queue’s name.', examples: ['Support'] })
    .optional(),
  ...reasonFields({
    code: 'queue-not-received',
    detail: 'No valid destination receives mail of this queue.',
    remedy: 'Add the queue to the selection of a destination, or make its destination valid.',
  }),
})

const mailSchema = z
  .object({
    total: count('All of these messages.', 128),
    hours: z
      .array(
        z.object({
          from: timeField('The start of the hour.', '2026-03-02T08:00:00.000Z'),
          stored: count('How many messages the runs that worked in this hour stored.', 12),
        }),
      )
      .meta({ description: '25 hours in order. The last one is the current hour.' }),
  })
  .meta({ description: 'The mail that runs stored in the last 24 hours.' })

/** What needs a person now. */
export const overviewSchema = z
  .object({
    writtenAt: timeField(
      'When the latest tick wrote its part of the overview. Absent before the first tick.',
      '2026-03-02T08:10:04.218Z',
    ).optional(),
    tick: tickSchema.optional(),
    accounts: accountCountsSchema.optional(),
    failing: shortList(failingAccountSchema, 'The accounts that are failing, the longest failing first.'),
    consents: shortList(consentSchema, 'The consents that ended or end within 14 days, the earliest first.'),
    clientSecrets: shortList(
      clientSecretSchema,
      'The client secrets that expired or expire within 14 days, the earliest first.',
    ),
    quarantine: z
      .object({
        total: count('All of them.', 1),
        messages: count('Messages that could not be stored, counted up to 1,000.', 0),
        deliveries: count('Deliveries that could not be handed over, counted up to 1,000 for each destination.', 1),
      })
      .meta({ description: 'Everything about which a person must decide.' }),
    destinations: shortList(destinationSchema, 'The destinations that do not work, the most urgent first.'),
    queues: shortList(
      queueSchema,
      'The valid queues that no valid destination receives. If there is neither a valid destination nor a subscriber of ' +
        'the announcement topic, the list has one item without a queue. If there are only subscribers, it is empty.',
    ),
    mail: mailSchema,
  })
  .meta({
    id: 'Overview',
    description: 'What needs attention now, the latest tick, and the mail of the last 24 hours.',
  })
export type Overview = z.infer<typeof overviewSchema>
export type FailingAccount = Overview['failing']['items'][number]
export type EndingConsent = Overview['consents']['items'][number]
export type EndingSecret = Overview['clientSecrets']['items'][number]
export type TroubledDestination = Overview['destinations']['items'][number]
export type UnreceivedQueue = Overview['queues']['items'][number]
