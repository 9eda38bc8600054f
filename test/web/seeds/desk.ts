import * as z from 'zod'
import type { PageWorld } from '../support/page-world.ts'

/** The ids of what a seeded desk contains. */
export interface Desk {
  readonly accountId: string
  readonly failingAccountId: string
  readonly runId: string
  readonly messageId: string
  readonly destinationId: string
  readonly deliveryId: string
}

/** The mailbox of the desk. */
export const deskMailbox = 'desk@example.com'

const destinationSchema = z.object({ destinationId: z.string() })
const providerSchema = z.object({ providerId: z.string() })
const profileSchema = z.object({ profileId: z.string(), redirectUri: z.string() })
const deliverySchema = z.object({ deliveryId: z.string() })

/** A mail with a text, HTML and an attachment. */
export const sampleMail = (subject: string): Buffer =>
  Buffer.from(
    [
      'From: Ann Example <ann@example.org>',
      'To: support@example.com',
      `Subject: ${subject}`,
      'Date: Mon, 2 Mar 2026 08:09:12 +0000',
      `Message-ID: <${encodeURIComponent(subject)}@example.org>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=outer',
      '',
      '--outer',
      'Content-Type: multipart/alternative; boundary=inner',
      '',
      '--inner',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'The printer on the third floor is on fire.',
      '--inner',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>The printer on the <b>third floor</b> is on fire.</p><img src="https://tracker.example/pixel.png">',
      '--inner--',
      '--outer',
      'Content-Type: text/plain; name=log.txt',
      'Content-Disposition: attachment; filename=log.txt',
      '',
      'smoke',
      '--outer--',
      '',
    ].join('\r\n'),
  )

/**
 * Sets up a desk over the API: two accounts of which one fails, a run with three messages, a queue with its address, a
 * destination with deliveries, and an OAuth2 profile. Every screen then has something to show.
 */
export const seedDesk = async (world: PageWorld): Promise<Desk> => {
  const { api, mail, stack } = world
  await api.createAddress('support@example.com', await api.createQueue('Support'))
  const { destinationId } = destinationSchema.parse(
    (await api.good('POST', '/destinations', { body: { name: 'Ticket system', kind: 'pull' } })).body,
  )
  await seedProfile(world)
  await mail.deliver(deskMailbox, ['Printer on fire', 'Printer still on fire', 'Fire is out'].map(sampleMail))
  const { accountId } = await world.createAccount(deskMailbox)
  const failing = await world.createAccount(deskMailbox, { type: 'POP3S', port: mail.port('POP3S'), password: 'wrong' })
  const { runId } = await api.ended(await api.fetchNow(accountId))
  await api.ended(await api.fetchNow(failing.accountId))
  await stack.settled()
  const [message] = await api.messages(`runId=${runId}`)
  if (message === undefined) throw new Error('The run has stored no message.')
  const deliveryId = await firstDelivery(world, destinationId)
  return {
    accountId,
    failingAccountId: failing.accountId,
    runId,
    messageId: message.messageId,
    destinationId,
    deliveryId,
  }
}

const seedProfile = async ({ api, signInService }: PageWorld): Promise<void> => {
  const scopes = ['openid', 'email', 'offline_access', 'mail.imap']
  const provider = {
    name: 'Sample sign-in service',
    authorizationEndpoint: signInService.endpoints.authorization,
    tokenEndpoint: signInService.endpoints.token,
    scopes: { imap: scopes, pop3: [] },
  }
  const { providerId } = providerSchema.parse((await api.good('POST', '/oauth2/providers', { body: provider })).body)
  const { clientId, clientSecret } = signInService.clients.confidential
  const profile = { name: 'Desk', providerId, clientId, clientSecret }
  const { redirectUri } = profileSchema.parse((await api.good('POST', '/oauth2/profiles', { body: profile })).body)
  signInService.allowRedirect(redirectUri)
}

/** Deliveries are planned soon after the announcement. */
const firstDelivery = async ({ api }: PageWorld, destinationId: string): Promise<string> => {
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    const [delivery] = await api.list(`/deliveries?destinationId=${destinationId}`, deliverySchema)
    if (delivery !== undefined) return delivery.deliveryId
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('No delivery was planned.')
}
