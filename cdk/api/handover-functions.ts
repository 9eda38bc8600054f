import { grantSecretReading, grantSecretWriting } from '../data/secrets.ts'
import { grantSettling } from '../handover/delivering.ts'
import { webhookVariables } from '../parameters.ts'
import type { Resources } from '../resources.ts'
import type { Api } from './api.ts'

/** Adds the functions that manage destinations and deliveries, and the one that agents and webhook receivers call. */
export const addHandoverFunctions = (api: Api, resources: Resources): void => {
  destinations(api, resources)
  destinationTest(api, resources)
  deliveries(api, resources)
  quarantine(api, resources)
  agent(api, resources)
}

/**
 * Adds the function for destinations and their tokens. No other function writes them. It can set the secrets of webhooks
 * but not read them.
 */
const destinations = (api: Api, { tables, deploymentId, variables }: Resources) => {
  const fn = api.part('destinations', {
    description: 'API: destinations and their tokens.',
    environment: webhookVariables(variables),
  })
  tables.grant(fn, 'handover', {
    rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
    query: ['by-kind'],
  })
  // A destination selects queues and accounts that exist.
  tables.grant(fn, 'dispatching', { rows: ['BatchGetItem'] })
  tables.grant(fn, 'accounts', { rows: ['BatchGetItem'] })
  // A destination with open deliveries cannot be deleted.
  tables.grant(fn, 'deliveries', { rows: ['BatchGetItem'], query: ['by-state'] })
  tables.grantAuditing(fn)
  grantSecretWriting(fn, 'destination', deploymentId)
}

/**
 * Adds the function that sends samples to destinations, including ones that are not saved. It is the only API function
 * that can read their secrets. It writes nothing.
 */
const destinationTest = (api: Api, { tables, variables }: Resources) => {
  const fn = api.part('destination-test', {
    description: 'API: tests of destinations.',
    environment: { ...webhookVariables(variables), PUBLIC_URL: api.publicUrl },
  })
  tables.grant(fn, 'handover', { rows: ['GetItem'], query: ['by-kind'] })
  grantSecretReading(fn, 'destination')
}

/**
 * Adds the function that shows deliveries and lets people decide about them. It hands nothing over itself: it wakes a
 * conversation, and leaves the tag of the raw mail to the sweep.
 */
const deliveries = (api: Api, { tables, deliveryQueue }: Resources) => {
  const fn = api.part('deliveries', { description: 'API: deliveries, and what people decide about them.' })
  tables.grant(fn, 'deliveries', {
    rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
    query: ['by-state', 'by-day', 'by-ticket'],
  })
  // The marker is removed again if the delivery has ended in the meantime.
  tables.grant(fn, 'openDeliveries', { rows: ['PutItem', 'DeleteItem'] })
  // A redirection or a replay adds a destination to a message's plan.
  tables.grant(fn, 'messages', { rows: ['GetItem', 'BatchGetItem', 'UpdateItem'] })
  // A retry brings the next probe of a failing destination forward.
  tables.grant(fn, 'handover', { rows: ['GetItem', 'UpdateItem'], writes: ['circuit#*'], query: ['by-kind'] })
  tables.grantAuditing(fn)
  deliveryQueue.grantSend(fn)
}

/**
 * Adds the function that lists what waits for a person. It decides only about messages that could not be stored: it
 * requests runs, and marks messages as handled. Decisions about deliveries belong to the function for deliveries.
 */
const quarantine = (api: Api, { tables, queue }: Resources) => {
  const fn = api.part('quarantine', { description: 'API: the quarantine.' })
  tables.grant(fn, 'unstored', { rows: ['GetItem', 'BatchGetItem', 'UpdateItem'], query: ['open'] })
  tables.grant(fn, 'deliveries', { rows: ['BatchGetItem'], query: ['by-state'] })
  tables.grant(fn, 'messages', { rows: ['BatchGetItem'] })
  tables.grant(fn, 'handover', { query: ['by-kind'] })
  tables.grant(fn, 'accounts', { rows: ['GetItem', 'BatchGetItem'] })
  tables.grant(fn, 'runs', { rows: ['BatchGetItem', 'PutItem', 'UpdateItem'], query: ['by-account'] })
  tables.grantAuditing(fn)
  queue.grantSend(fn)
}

/**
 * Adds the function from which agents lease deliveries, and from which agents and webhook receivers fetch the mail. A
 * token gives access to one destination. The function cannot read the secrets of destinations.
 */
const agent = (api: Api, resources: Resources) => {
  const { tables, rawMail, variables } = resources
  const fn = api.part('agent', {
    description: 'The deliveries of pull destinations, for agents, and the mail of a delivery.',
    environment: { CONTROL_HEADER_PREFIX: variables.CONTROL_HEADER_PREFIX },
    public: {
      routes: [
        'POST /agent/lease',
        'GET /agent/queues',
        'GET /agent/deliveries/{deliveryId}/raw',
        'POST /agent/deliveries/{deliveryId}/ack',
        'POST /agent/deliveries/{deliveryId}/nack',
      ],
      because:
        'Agents and webhook receivers have no Postmaster user account. A 256-bit token, of which only the hash is stored, gives access to the deliveries of one destination. The function returns 401 without one.',
      // An agent polls every 5 seconds and handles each message with three requests.
      throttle: { rateLimit: 25, burstLimit: 25 },
    },
  })
  grantSettling(fn, resources)
  // Tokens with the time of their last use, the destination, and its circuit.
  tables.grant(fn, 'handover', {
    rows: ['GetItem', 'UpdateItem', 'DeleteItem'],
    writes: ['circuit#*', 'token#*'],
  })
  tables.grant(fn, 'deliveries', { query: ['due'] })
  // A due delivery without a marker gets one, so that a lease finds it.
  tables.grant(fn, 'openDeliveries', { rows: ['PutItem'] })
  // Names of queues, which an agent compares with those of its ticket system.
  tables.grant(fn, 'dispatching', { query: ['by-kind'] })
  rawMail.grantRead(fn)
  rawMail.grantCopies(fn)
}
