import * as z from 'zod'
import { accountTypeFacts, accountTypes } from '../account-type.ts'
import { type MailProvider, mailProviders } from './mail-providers.ts'

/** Every provider in the list supports it, and so does nearly every other mail server. */
const proposedType = 'IMAPS'

export const serverProposalSchema = z
  .object({
    provider: z
      .string()
      .meta({ description: 'The mail provider; absent for a common host name in the domain.', examples: ['Gmail'] })
      .optional(),
    type: z.enum(accountTypes).meta({ description: 'The account’s `type`.', examples: [proposedType] }),
    host: z.string().meta({ description: 'The account’s `host`.', examples: ['imap.gmail.com'] }),
    port: z.int().meta({ description: 'The account’s `port`.', examples: [993] }),
    oauth2: z
      .enum(['microsoft', 'google'])
      .meta({ description: 'The id of the OAuth2 provider of its accounts.', examples: ['google'] })
      .optional(),
    note: z
      .string()
      .meta({
        description: 'What to know before the first login.',
        examples: ['Use an app password, not the account’s own password.'],
      })
      .optional(),
  })
  .meta({ id: 'MailServerProposal', description: 'A mail server that may host a mailbox.' })
export type ServerProposal = z.infer<typeof serverProposalSchema>

export const serverProposalsSchema = z
  .object({
    certain: z.boolean().meta({
      description: 'True if the domain belongs to a mail provider. There is then exactly one proposal.',
      examples: [true],
    }),
    items: z.array(serverProposalSchema).meta({
      description:
        'The proposals. If the domain is a customer’s own, these are the common host names in the domain, followed by ' +
        'the providers that host customers’ domains. A connection test shows which of them is right.',
    }),
  })
  .meta({ id: 'MailServerProposals', description: 'The mail servers that may host a mailbox.' })
export type ServerProposals = z.infer<typeof serverProposalsSchema>

/** An address as people type it. It is only used to look up its domain. */
export const proposalAddressSchema = z
  .string()
  .max(320)
  .regex(/^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/, { error: 'must be an address such as support@example.com' })

/** Proposes mail servers for an address from its domain alone, without any request to the network. */
export const serverProposals = (address: string): ServerProposals => {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  const provider = mailProviders.find(({ domains }) => domains.includes(domain))
  if (provider) return { certain: true, items: [proposalOf(provider)] }
  const hosters = mailProviders.filter(({ runsOthers }) => runsOthers)
  const guesses = ['imap', 'mail'].map((name) => proposed(`${name}.${domain}`))
  return { certain: false, items: [...guesses, ...hosters.map(proposalOf)] }
}

const proposed = (host: string): ServerProposal => ({
  type: proposedType,
  host,
  port: accountTypeFacts[proposedType].defaultPort,
})

const proposalOf = ({ imapHost, name, oauth2, note }: MailProvider): ServerProposal => ({
  provider: name,
  ...proposed(imapHost),
  ...(oauth2 !== undefined && { oauth2 }),
  ...(note !== undefined && { note }),
})
