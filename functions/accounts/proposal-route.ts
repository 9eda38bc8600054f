import * as z from 'zod'
import {
  proposalAddressSchema,
  serverProposals,
  serverProposalsSchema,
} from '../../lib/mailbox/server-proposals/server-proposals.ts'
import { route } from '../shared/http/route.ts'

export const proposalRoute = route({
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
    'Proposes the type, host and port of an account from the domain of its address. The proposals come from a list of mail providers and from ' +
    'common host names. The request opens no connection, so a proposed server may not exist.',
  answers: { 200: { description: 'The proposals, the most likely first.', body: serverProposalsSchema } },
  examples: [
    { summary: 'An address of a mail provider', query: { address: 'jane@gmail.com' }, status: 200 },
    { summary: 'An address in a customer’s own domain', query: { address: 'support@example.com' }, status: 200 },
  ],
  handle: async ({ query: { address } }) => ({ status: 200, body: serverProposals(address) }),
})
