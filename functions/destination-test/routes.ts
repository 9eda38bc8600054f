import * as z from 'zod'
import { destinationDocs } from '../../lib/handover/destinations/destination-docs.ts'
import { destinationInputSchema } from '../../lib/handover/destinations/destination-input.ts'
import { destinationTestSchema } from '../../lib/handover/testing/destination-test.ts'
import {
  type DestinationTestServices,
  testDestination,
  testDraft,
} from '../../lib/handover/testing/test-destination.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

const answers = {
  200: { description: 'The result of the test, whether it passed or failed.', body: destinationTestSchema },
}

const whatHappens =
  'For a `webhook`, Postmaster sends a signed sample and shows the transcript. In the mode `thin`, the sample is an event of the type `test.ping`. In the mode ' +
  '`raw`, it is a short mail with the header `postmaster-test: true`. A receiver should answer both with 2xx and not create a ticket.'

export const destinationTestRoutes = (services: DestinationTestServices): Route[] => [
  route({
    method: 'POST',
    path: '/destinations/test',
    role: 'admin',
    // The use case parses the body, as it does when a destination is saved.
    body: z.record(z.string(), z.unknown()),
    documentedBody: destinationInputSchema,
    operation: 'testNewDestination',
    summary: 'Test a destination before saving it',
    description: `${whatHappens}\n\nThe body is the destination that you want to create, with its secrets. Nothing is stored. The test does not check whether the queues and accounts exist.`,
    answers,
    examples: [
      {
        summary: 'A webhook',
        body: {
          name: 'Our own tickets',
          kind: 'webhook',
          webhook: {
            url: 'https://tickets.example.com/hooks/postmaster',
            signingSecret: destinationDocs.signingSecret.examples[0],
          },
        },
        status: 200,
      },
    ],
    handle: async ({ body, caller }) => ({ status: 200, body: await testDraft(services, body, caller) }),
  }),
  route({
    method: 'POST',
    path: '/destinations/{destinationId}/test',
    role: 'admin',
    params: z.strictObject({ destinationId: z.string().min(1).max(64).meta(destinationDocs.destinationId) }),
    operation: 'testDestination',
    summary: 'Test a stored destination',
    description: `${whatHappens} During a rotation, the sample is signed with both secrets.\n\nFor a \`pull\` destination, Postmaster reports whether an agent has asked for mail in the last 15 minutes, and what to do if not.`,
    answers,
    problems: ['not-found'],
    examples: [{ summary: 'A stored destination', params: { destinationId: exampleIds.destination }, status: 200 }],
    handle: async ({ params }) => ({ status: 200, body: await testDestination(services, params.destinationId) }),
  }),
]
