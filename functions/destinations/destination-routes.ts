import * as z from 'zod'
import { destinationDocs } from '../../lib/handover/destinations/destination-docs.ts'
import { destinationInputSchema } from '../../lib/handover/destinations/destination-input.ts'
import { destinationViewSchema } from '../../lib/handover/destinations/destination-view.ts'
import {
  changeDestination,
  createDestination,
  type DestinationServices,
  deleteDestination,
  listDestinations,
  readDestination,
  replaceDestination,
} from '../../lib/handover/destinations/manage-destinations.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { listPositionSchema } from '../../lib/tables/list-by-kind.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'
import { changeRoute, createRoute, deleteRoute, readRoute, replaceRoute } from '../shared/http/versioned-resource.ts'

const destination = {
  path: '/destinations/{destinationId}',
  params: z.strictObject({ destinationId: z.string().min(1).max(64).meta(destinationDocs.destinationId) }),
  view: destinationViewSchema,
  called: 'destination',
}
/** The use case parses the fields, because their rules depend on the deployment and on the destination that is changed. */
const document = z.record(z.string(), z.unknown())
const one = { params: { destinationId: exampleIds.destination }, headers: { 'if-match': '"1"' } }
const signingSecret = destinationDocs.signingSecret.examples[0]

export const destinationRoutes = (services: DestinationServices): Route[] => [
  createRoute(
    destination,
    {
      body: document,
      documentedBody: destinationInputSchema,
      operation: 'createDestination',
      summary: 'Create a destination',
      description:
        'Mail that arrives from the next minute on is handed over to the destination. Several destinations may select the same queue, and each ' +
        'receives its own copy.\n\n' +
        'After you create a `pull` destination, create a token for its agent. For a `webhook`, generate the signing secret yourself, and give it to the receiver.',
      problems: ['name-taken', 'too-many-destinations'],
      examples: [
        {
          summary: 'An agent beside OTOBO, for all mail',
          body: { name: 'OTOBO in Berlin', kind: 'pull' },
          status: 201,
        },
        {
          summary: 'A webhook',
          body: {
            name: 'Our own tickets',
            kind: 'webhook',
            webhook: { url: 'https://tickets.example.com/hooks/postmaster', signingSecret },
          },
          status: 201,
        },
        {
          summary: 'Every field',
          body: {
            name: 'Every field',
            kind: 'webhook',
            validity: 'invalid-temporarily',
            selection: {
              queueIds: [exampleIds.queue],
              accountIds: [exampleIds.account],
              trustedOnly: true,
              loops: false,
            },
            queueMap: { names: { [exampleIds.queue]: 'First level' }, default: 'Postmaster' },
            limits: { concurrency: 4, timeoutSeconds: 20, largestSize: 10_485_760 },
            doubt: 'ask',
            controlHeaderPrefix: 'X-OTOBO-',
            comment: 'From April on',
            webhook: {
              url: 'https://tickets.example.com/hooks/raw-mail',
              mode: 'raw',
              auth: { kind: 'header', header: 'x-api-key', value: 'correct horse battery staple' },
              signingSecret,
            },
          },
          status: 201,
        },
      ],
    },
    (body, by) => createDestination(services, body, by),
    ({ destinationId }) => destinationId,
  ),
  route({
    method: 'GET',
    path: '/destinations',
    role: 'reader',
    query: pagingQuerySchema,
    operation: 'listDestinations',
    summary: 'List the destinations',
    description: 'Sorted by name. Each destination includes its status and what needs attention.',
    answers: { 200: { description: 'A page of destinations.', body: pageSchema(destinationViewSchema) } },
    examples: [{ summary: 'The first page', query: { limit: '20' }, status: 200 }],
    handle: async ({ query: { limit, next } }) =>
      pageAnswer(await listDestinations(services, { limit, after: decodeCursor(listPositionSchema, next) })),
  }),
  readRoute(
    destination,
    {
      operation: 'readDestination',
      summary: 'Read a destination',
      examples: [{ summary: 'A destination', params: one.params, status: 200 }],
    },
    ({ destinationId }) => readDestination(services, destinationId),
  ),
  replaceRoute(
    destination,
    {
      body: document,
      documentedBody: destinationInputSchema,
      operation: 'replaceDestination',
      summary: 'Replace a destination',
      description:
        'Omitted fields return to their defaults, except the signing secret, which is kept. The value of `webhook.auth` is kept if ' +
        '`webhook.auth` itself is sent.',
      problems: ['name-taken', 'rotation-under-way'],
      examples: [{ summary: 'A new name', ...one, body: { name: 'OTOBO 11', kind: 'pull' }, status: 200 }],
    },
    ({ destinationId }, body, change) => replaceDestination(services, { destinationId, ...change }, body),
  ),
  changeRoute(
    destination,
    {
      body: destinationInputSchema,
      operation: 'changeDestination',
      summary: 'Change a destination',
      more:
        'Another `kind` of `webhook.auth` replaces the former one as a whole. Planned deliveries stay, even if the destination no longer selects their ' +
        'mail.',
      problems: ['name-taken', 'rotation-under-way'],
      examples: [
        { summary: 'Pause the hand-over', ...one, body: { validity: 'invalid-temporarily' }, status: 200 },
        {
          summary: 'Another name for one queue',
          ...one,
          body: { queueMap: { names: { [exampleIds.queue]: 'Second level' } } },
          status: 200,
        },
        {
          summary: 'Rotate the signing secret of a webhook',
          params: { destinationId: 'unused' },
          headers: one.headers,
          body: { webhook: { signingSecret: 'whsec_YW5vdGhlciBleGFtcGxlIHNpZ25pbmcga2V5ISE=' } },
          status: 200,
        },
      ],
    },
    ({ destinationId }, patch, change) => changeDestination(services, { destinationId, ...change }, patch),
  ),
  deleteRoute(
    destination,
    {
      operation: 'deleteDestination',
      summary: 'Delete a destination',
      description:
        'Fails while the destination has deliveries that are open or quarantined. Its tokens are revoked. An operator can recover its ' +
        'secrets for seven days.',
      problems: ['destination-in-use'],
      examples: [
        {
          summary: 'A destination without deliveries',
          params: { destinationId: 'unused' },
          headers: { 'if-match': '"1"' },
          status: 204,
        },
      ],
    },
    ({ destinationId }, change) => deleteDestination(services, { destinationId, ...change }),
  ),
]
