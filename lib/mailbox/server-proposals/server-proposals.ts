import * as z from 'zod'
import { accountTypeFacts, accountTypes } from '../account-type.ts'
import { type MailProvider, mailProviders } from './mail-providers.ts'
import type { PublishedServer } from './published-servers.ts'

/** Every provider in the list supports it, and so does nearly every other mail server. */
const proposedType = 'IMAPS'

export const serverProposalSchema = z
  .object({
    provider: z
      .string()
      .meta({
        description: 'The mail provider; absent for a server that belongs to no known provider.',
        examples: ['Gmail'],
      })
      .optional(),
    publishedBy: z
      .string()
      .meta({
        description:
          'The domain that publishes the server in its SRV records (RFC 6186). The DNS does not authenticate this, so a ' +
          'person must confirm the server before it gets a password.',
        examples: ['example.com'],
      })
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
        'The proposals. If the domain is a customer’s own, these are the servers that it publishes, or else common host ' +
        'names in the domain, followed by the providers that host customers’ domains. A connection test shows which of ' +
        'them is right.',
    }),
  })
  .meta({ id: 'MailServerProposals', description: 'The mail servers that may host a mailbox.' })
export type ServerProposals = z.infer<typeof serverProposalsSchema>

/** An address as people type it. It is only used to look up its domain. */
export const proposalAddressSchema = z
  .string()
  .max(320)
  .regex(/^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/, { error: 'must be an address such as support@example.com' })

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** @returns the provider that an address belongs to by its domain */
const providerOf = (address: string): MailProvider | undefined =>
  mailProviders.find(({ domains }) => domains.includes(domainOf(address)))

/** @param publishedIn finds the servers that a domain publishes. The domains of known providers are not looked up. */
export const proposeServers = async (
  address: string,
  publishedIn: (domain: string) => Promise<readonly PublishedServer[]>,
): Promise<ServerProposals> => serverProposals(address, providerOf(address) ? [] : await publishedIn(domainOf(address)))

/**
 * Proposes mail servers for an address, without any request to the network.
 * @param published the servers that the domain publishes
 */
export const serverProposals = (address: string, published: readonly PublishedServer[] = []): ServerProposals => {
  const domain = domainOf(address)
  const provider = providerOf(address)
  if (provider) return { certain: true, items: [proposalOf(provider)] }
  const own =
    published.length > 0
      ? published.map((server) => ({ ...server, ...knownAbout(server), publishedBy: domain }))
      : ['imap', 'mail'].map((name) => proposed(`${name}.${domain}`))
  const hosters = mailProviders.filter(
    ({ runsOthers, imapHost }) => runsOthers && !published.some(({ host }) => host === imapHost),
  )
  return { certain: false, items: [...own, ...hosters.map(proposalOf)] }
}

const proposed = (host: string): ServerProposal => ({
  type: proposedType,
  host,
  port: accountTypeFacts[proposedType].defaultPort,
})

const proposalOf = (provider: MailProvider): ServerProposal => ({
  ...proposed(provider.imapHost),
  ...factsOf(provider),
})

const factsOf = ({ name, oauth2, note }: MailProvider) => ({
  provider: name,
  ...(oauth2 !== undefined && { oauth2 }),
  ...(note !== undefined && { note }),
})

/** A customer's domain often publishes the server of its provider. */
const knownAbout = ({ host }: PublishedServer) => {
  const provider = mailProviders.find(({ imapHost }) => imapHost === host)
  return provider && factsOf(provider)
}
