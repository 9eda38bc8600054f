import { accountRoutes } from '../../functions/accounts/routes.ts'
import { auditRoutes } from '../../functions/audit/routes.ts'
import { connectionTestRoutes } from '../../functions/connection-test/routes.ts'
import { actionRoutes } from '../../functions/deliveries/action-routes.ts'
import { replayRoutes } from '../../functions/deliveries/replay-route.ts'
import { deliveryRoutes } from '../../functions/deliveries/routes.ts'
import { destinationTestRoutes } from '../../functions/destination-test/routes.ts'
import { destinationRoutes } from '../../functions/destinations/destination-routes.ts'
import { tokenRoutes } from '../../functions/destinations/token-routes.ts'
import { eraseRoutes } from '../../functions/erase/routes.ts'
import { meRoutes } from '../../functions/me/routes.ts'
import { recoveryRoutes } from '../../functions/message-recovery/routes.ts'
import { messageViewRoutes } from '../../functions/message-view/routes.ts'
import { explanationRoutes } from '../../functions/messages/explanation-routes.ts'
import { messageRoutes } from '../../functions/messages/routes.ts'
import { profileRoutes } from '../../functions/oauth2/profile-routes.ts'
import { providerRoutes } from '../../functions/oauth2/provider-routes.ts'
import { consentRoutes } from '../../functions/oauth2-consent/routes.ts'
import { oauth2DoctorRoutes } from '../../functions/oauth2-doctor/routes.ts'
import { accountSummaryRoutes } from '../../functions/overview/account-summary-routes.ts'
import { overviewRoutes } from '../../functions/overview/routes.ts'
import { quarantineRoutes } from '../../functions/quarantine/routes.ts'
import { defaultQueueRoutes } from '../../functions/queues/default-queue-routes.ts'
import { queueRoutes } from '../../functions/queues/queue-routes.ts'
import { systemAddressRoutes } from '../../functions/queues/system-address-routes.ts'
import { runRoutes } from '../../functions/runs/routes.ts'
import type { Route } from '../../functions/shared/http/route.ts'
import { unsavedTestRoutes } from '../../functions/unsaved-test/routes.ts'

/** A group of routes as shown on the API page. One function may handle several groups. */
export interface ApiPart {
  /** The function's folder. In the template, it is `Api/<Folder>`. */
  readonly function: string
  readonly tag: string
  readonly description: string
  readonly routes: readonly Route[]
}

/** The routes are only described here and never called, so their services are never used. */
const untouched = {} as never

/** Every route of the API that requires a token. Add the routes of a new function here. */
export const apiParts: readonly ApiPart[] = [
  {
    function: 'accounts',
    tag: 'Mail accounts',
    description:
      'The mailboxes that Postmaster collects: their servers, their credentials, and what happens to their mail.',
    routes: accountRoutes(untouched),
  },
  {
    function: 'overview',
    tag: 'Overview',
    description: 'What needs attention now, in one response.',
    routes: overviewRoutes(untouched),
  },
  {
    function: 'overview',
    tag: 'Account summaries',
    description: 'Summaries of all mail accounts, and of those that change.',
    routes: accountSummaryRoutes(untouched),
  },
  {
    function: 'connection-test',
    tag: 'Connection tests',
    description: 'Test a mailbox without changing anything in it.',
    routes: connectionTestRoutes(untouched),
  },
  {
    function: 'unsaved-test',
    tag: 'Connection tests of new accounts',
    description:
      'Test a mailbox before you save it. The function behind this route cannot access data of stored accounts.',
    routes: unsavedTestRoutes(untouched),
  },
  {
    function: 'oauth2',
    tag: 'OAuth2 providers',
    description: 'The endpoints and scopes that people sign in with. Microsoft and Google are built in.',
    routes: providerRoutes(untouched),
  },
  {
    function: 'oauth2',
    tag: 'OAuth2 profiles',
    description:
      'Postmaster’s registration with a provider: client id, client secret and tenant. Several accounts can share a ' +
      'profile.',
    routes: profileRoutes(untouched),
  },
  {
    function: 'oauth2-consent',
    tag: 'Connecting accounts',
    description: 'For accounts with OAuth2: request the mailbox owner’s consent to Postmaster’s access.',
    routes: consentRoutes(untouched),
  },
  {
    function: 'oauth2-doctor',
    tag: 'OAuth2 doctor',
    description: 'Diagnose an account’s OAuth2 setup step by step, with a remedy for each problem.',
    routes: oauth2DoctorRoutes(untouched),
  },
  {
    function: 'destinations',
    tag: 'Destinations',
    description: 'Where mail is handed over: the agents of ticket systems, and webhooks.',
    routes: destinationRoutes(untouched),
  },
  {
    function: 'destinations',
    tag: 'Tokens of destinations',
    description: 'Agents and receivers authenticate with these tokens.',
    routes: tokenRoutes(untouched),
  },
  {
    function: 'deliveries',
    tag: 'Deliveries',
    description: 'Which messages were handed over to which destination, and which ticket each became.',
    routes: deliveryRoutes(untouched),
  },
  {
    function: 'deliveries',
    tag: 'Decisions about deliveries',
    description: 'What a person can do about a delivery that failed, or about a message that must be delivered again.',
    routes: [...actionRoutes(untouched), ...replayRoutes(untouched)],
  },
  {
    function: 'quarantine',
    tag: 'Quarantine',
    description:
      'Everything about which a person must decide: messages that could not be stored, and deliveries that failed.',
    routes: quarantineRoutes(untouched),
  },
  {
    function: 'destination-test',
    tag: 'Destination tests',
    description: 'Send a harmless sample to a destination, or find out whether its agent runs.',
    routes: destinationTestRoutes(untouched),
  },
  {
    function: 'queues',
    tag: 'Queues',
    description: 'The queues for mail. The ticket system collects mail by queue.',
    routes: queueRoutes(untouched),
  },
  {
    function: 'queues',
    tag: 'System addresses',
    description:
      'The service desk’s own addresses. A recipient that is a system address determines the queue of a message.',
    routes: systemAddressRoutes(untouched),
  },
  {
    function: 'queues',
    tag: 'Default queue',
    description: 'The queue for mail that no system address matches.',
    routes: defaultQueueRoutes(untouched),
  },
  {
    function: 'runs',
    tag: 'Fetch runs',
    description: 'Start a fetch run, and see what each run did.',
    routes: runRoutes(untouched),
  },
  {
    function: 'messages',
    tag: 'Messages',
    description: 'The record and the exact bytes of each stored message.',
    routes: messageRoutes(untouched),
  },
  {
    function: 'erase',
    tag: 'Erasing messages',
    description: 'The content of messages is removed for ever.',
    routes: eraseRoutes(untouched),
  },
  {
    function: 'message-view',
    tag: 'Reading messages',
    description: 'A message in readable form: text, HTML and attachments.',
    routes: messageViewRoutes(untouched),
  },
  {
    function: 'message-recovery',
    tag: 'Recovery',
    description: 'Write lost records of messages again from their raw mail, after a restore.',
    routes: recoveryRoutes(untouched),
  },
  {
    function: 'messages',
    tag: 'Explanations',
    description: 'Why a message is where it is.',
    routes: explanationRoutes(untouched),
  },
  {
    function: 'audit',
    tag: 'Audit',
    description: 'The record of who changed what, and when.',
    routes: auditRoutes(untouched),
  },
  {
    function: 'me',
    tag: 'Signed-in person',
    description: 'Who is signed in, and with which role.',
    routes: meRoutes(untouched),
  },
]
