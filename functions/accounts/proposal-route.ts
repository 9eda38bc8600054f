import * as z from 'zod'
import { publishedServers } from '../../lib/mailbox/server-proposals/published-servers.ts'
import {
  proposalAddressSchema,
  proposeServers,
  serverProposalsSchema,
} from '../../lib/mailbox/server-proposals/server-proposals.ts'
import type { LookUpService } from '../../lib/network/service-records.ts'
import { type Route, route } from '../shared/http/route.ts'

export interface ProposalServices {
  readonly lookUpService: LookUpService
}

export const proposalRoute = ({ lookUpService }: ProposalServices): Route =>
  route({
    method: 'GET',
    path: '/mail-server-proposals',
    role: 'reader',
    query: z.strictObject({
      address: proposalAddressSchema.meta({
        description: 'The address whose mail is to be fetched.',
        examples: ['jane@gmail.com'],
      }),
    }),
    operation: 'proposeMailServers',
    summary: 'Propose mail servers for an address',
    description:
      'Proposes the type, host and port of an account from the domain of its address. The proposals come from a list of mail providers, from ' +
      'the SRV records of the domain (RFC 6186), or else from common host names. The request connects to no mail server, so a proposed server ' +
      'may not exist. Looking up the SRV records takes at most two seconds.',
    answers: { 200: { description: 'The proposals, the most likely first.', body: serverProposalsSchema } },
    examples: [
      { summary: 'An address of a mail provider', query: { address: 'jane@gmail.com' }, status: 200 },
      { summary: 'An address in a customer’s own domain', query: { address: 'support@example.com' }, status: 200 },
    ],
    handle: async ({ query: { address } }) => ({
      status: 200,
      body: await proposeServers(address, (domain) => publishedServers(domain, lookUpService)),
    }),
  })
