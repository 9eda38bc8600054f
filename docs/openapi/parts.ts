import { accountRoutes } from '../../functions/accounts/routes.ts'
import { auditRoutes } from '../../functions/audit/routes.ts'
import { connectionTestRoutes } from '../../functions/connection-test/routes.ts'
import { messageViewRoutes } from '../../functions/message-view/routes.ts'
import { explanationRoutes } from '../../functions/messages/explanation-routes.ts'
import { messageRoutes } from '../../functions/messages/routes.ts'
import { profileRoutes } from '../../functions/oauth2/profile-routes.ts'
import { providerRoutes } from '../../functions/oauth2/provider-routes.ts'
import { consentRoutes } from '../../functions/oauth2-consent/routes.ts'
import { oauth2DoctorRoutes } from '../../functions/oauth2-doctor/routes.ts'
import { defaultQueueRoutes } from '../../functions/queues/default-queue-routes.ts'
import { queueRoutes } from '../../functions/queues/queue-routes.ts'
import { systemAddressRoutes } from '../../functions/queues/system-address-routes.ts'
import { runRoutes } from '../../functions/runs/routes.ts'
import type { Route } from '../../functions/shared/http/route.ts'
import { unsavedTestRoutes } from '../../functions/unsaved-test/routes.ts'

/** A group of routes as the page shows them; a function may answer several. */
export interface ApiPart {
  /** The function's folder; in the template it is `Api/<Folder>`. */
  readonly function: string
  readonly tag: string
  readonly description: string
  readonly routes: readonly Route[]
}

/** The routes are only described here, never asked, so their services are never touched. */
const untouched = {} as never

/** Every route of the API that asks for a token. A new function's routes join here. */
export const apiParts: readonly ApiPart[] = [
  {
    function: 'accounts',
    tag: 'Mail accounts',
    description: 'The mailboxes that are collected: where they are, how to log in, and what happens to their mail.',
    routes: accountRoutes(untouched),
  },
  {
    function: 'connection-test',
    tag: 'Connection tests',
    description: 'Trying a mailbox out, before or after it is saved, without changing anything in it.',
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
    description: 'Where people sign in: endpoints and scopes. Microsoft and Google are built in.',
    routes: providerRoutes(untouched),
  },
  {
    function: 'oauth2',
    tag: 'OAuth2 profiles',
    description: 'What a provider knows Postmaster by: client id, client secret, tenant. Many accounts may share one.',
    routes: profileRoutes(untouched),
  },
  {
    function: 'oauth2-consent',
    tag: 'Connecting accounts',
    description: 'Accounts with OAuth2: asking the owner of a mailbox to let Postmaster in.',
    routes: consentRoutes(untouched),
  },
  {
    function: 'oauth2-doctor',
    tag: 'OAuth2 doctor',
    description: 'What is wrong with an account’s OAuth2, step by step, and what to do about it.',
    routes: oauth2DoctorRoutes(untouched),
  },
  {
    function: 'queues',
    tag: 'Queues',
    description: 'Where mail goes. The ticket system picks it up by queue.',
    routes: queueRoutes(untouched),
  },
  {
    function: 'queues',
    tag: 'System addresses',
    description: 'The desk’s own addresses. A recipient among them decides the queue of a message.',
    routes: systemAddressRoutes(untouched),
  },
  {
    function: 'queues',
    tag: 'Default queue',
    description: 'Where mail goes that no system address claims.',
    routes: defaultQueueRoutes(untouched),
  },
  {
    function: 'runs',
    tag: 'Fetch runs',
    description: 'Fetching now, and what each fetch did.',
    routes: runRoutes(untouched),
  },
  {
    function: 'messages',
    tag: 'Messages',
    description: 'The stored mail: what is known of each message, and its exact bytes.',
    routes: messageRoutes(untouched),
  },
  {
    function: 'message-view',
    tag: 'Reading messages',
    description: 'What a message says to a person: text, HTML, attachments.',
    routes: messageViewRoutes(untouched),
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
    description: 'Who changed what, and when.',
    routes: auditRoutes(untouched),
  },
]
