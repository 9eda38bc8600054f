import { expect, it } from 'vitest'
import { messageViewRoutes } from '../../../functions/message-view/routes.ts'
import { messageRoutes } from '../../../functions/messages/routes.ts'
import { oauth2DoctorRoutes } from '../../../functions/oauth2-doctor/routes.ts'
import { httpFunction } from '../../../functions/shared/http/http-function.ts'
import type { Route } from '../../../functions/shared/http/route.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { account } from '../../support/account-rows.ts'
import { adminClaims, httpEvent, memoryLog, testRoles } from '../../support/http-event.ts'
import { messageOf } from '../../support/messages.ts'

const message = messageOf('one')
const { messageId } = message
const stored = account()

const services = {
  reading: { view: async () => ({ text: 'secret content' }), link: async () => 'https://secret.example.org/link' },
  messages: {
    messages: { read: async () => message },
    raw: { downloadLink: async () => 'https://secret.example.org/link' },
  },
  doctor: {
    accounts: { read: async () => stored },
    profiles: { read: async () => undefined },
    now: () => new Date(),
    signal: () => new AbortController().signal,
  },
}

const request = async (routes: readonly Route[], method: string, path: string, query = {}) => {
  const log = memoryLog()
  const handler = httpFunction({ routes, roles: testRoles, log })
  const context = { awsRequestId: 'i', getRemainingTimeInMillis: () => 29_000 } as never
  const { statusCode } = await handler(httpEvent({ method, path, query, claims: adminClaims }), context)
  return { statusCode, lines: log.lines.map((line) => JSON.parse(line)) }
}

const routesOf = {
  view: () => messageViewRoutes(services.reading as never),
  messages: () => messageRoutes(services.messages as never),
  doctor: () => oauth2DoctorRoutes(services.doctor as never),
}

it.each([
  ['the view of a message', 'view', `/messages/${messageId}/view`, {}, { action: 'view-message', messageId }],
  [
    'the view of an attached message',
    'view',
    `/messages/${messageId}/view`,
    { attachment: '2' },
    { action: 'view-attachment', messageId, part: '2' },
  ],
  [
    'the download of an attachment',
    'view',
    `/messages/${messageId}/attachments/1`,
    {},
    { action: 'download-attachment', messageId, part: '1' },
  ],
  [
    'a link to an attachment',
    'view',
    `/messages/${messageId}/attachments/1`,
    { as: 'link' },
    { action: 'download-attachment', messageId, part: '1' },
  ],
  ['the download of raw mail', 'messages', `/messages/${messageId}/raw`, {}, { action: 'download-message', messageId }],
  [
    'a link to raw mail',
    'messages',
    `/messages/${messageId}/raw`,
    { as: 'link' },
    { action: 'download-message', messageId },
  ],
] as const)(
  '%s leaves one audit line with the person’s sub, and nothing of the content',
  async (_, routes, path, query, access) => {
    const { statusCode, lines } = await request(routesOf[routes](), 'GET', path, query)
    expect(statusCode).toBeLessThan(400)
    expect(lines).toEqual([
      { level: 'info', message: 'access to mail or credentials', audit: true, sub: adminClaims.sub, ...access },
    ])
  },
)

it('an examination by the doctor leaves one audit line with the person’s sub', async () => {
  const { accountId } = stored
  const { statusCode, lines } = await request(routesOf.doctor(), 'POST', `/accounts/${accountId}/oauth2/doctor`)
  expect(statusCode).toBe(200)
  expect(lines).toMatchObject([{ audit: true, action: 'examine-account', sub: adminClaims.sub, accountId }])
})

it('a refused request to read mail leaves no audit line', async () => {
  const view = async () => {
    throw new ProblemError('not-found', 'There is no message with this id.')
  }
  const { statusCode, lines } = await request(
    messageViewRoutes({ ...services.reading, view } as never),
    'GET',
    `/messages/${messageId}/view`,
  )
  expect(statusCode).toBe(404)
  expect(lines.filter(({ audit }) => audit)).toEqual([])
})
