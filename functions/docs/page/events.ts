import type { EventSchema } from '../document.ts'
import { bodyFields } from './fields.ts'
import { inline, jsonExample } from './html.ts'

/** The sections about what Postmaster sends on its own. */
export const events = (announcement: EventSchema, webhook: EventSchema): string => `
<h2 id="announcements">Announcements</h2>
${paragraphs(
  'Postmaster publishes one announcement for each stored message on the SNS topic of the deployment (output `AnnouncementTopicArn`). Any number of subscribers can receive them, and filter them by attributes such as `queue`. The local run has the same topic.',
  'The same message may be announced more than once, always under the same `messageId`, and the order is not guaranteed. Fetch the mail itself with `GET /messages/{messageId}/raw`. The file `docs/events.schema.json` contains the JSON Schema, and `docs/consuming.md` describes subscriptions.',
)}
${event(announcement)}
<h2 id="webhooks">Webhooks</h2>
${paragraphs(
  'Postmaster sends one signed `POST` for each message to a destination of the kind `webhook`. A status of 2xx means that the message is delivered. After other responses, Postmaster tries again or asks a person.',
  'The body is a CloudEvents 1.0 envelope of the type `application/cloudevents+json`. The headers `webhook-id`, `webhook-timestamp` and `webhook-signature` follow Standard Webhooks 1.0.0. With the mode `raw`, the body is the mail itself. The file `docs/webhook.schema.json` contains the JSON Schema, and `docs/hand-over/webhook.md` describes receivers and statuses.',
)}
${event(webhook)}`

const event = (schema: EventSchema): string =>
  `<section class="operation">${jsonExample(schema.examples[0])}${bodyFields(schema, {})}</section>`

const paragraphs = (...texts: readonly string[]): string => texts.map((text) => `<p>${inline(text)}</p>`).join('\n')
