import type { APIGatewayProxyStructuredResultV2, Context, SQSBatchResponse } from 'aws-lambda'
import { startFauxqs } from 'fauxqs'
import { tick } from '../lib/fetching/memory-services.ts'
import { startMailServer } from '../mail-server/server.ts'
import { account } from '../support/account-rows.ts'
import { accountInput } from '../support/accounts-api.ts'
import { answerTo, depart } from '../support/consent-steps.ts'
import { startConsentWorld } from '../support/consent-world.ts'
import { startTables } from '../support/dynamo.ts'
import { functionEnvironment } from '../support/function-environment.ts'
import { httpEvent } from '../support/http-event.ts'
import { startTestKms } from '../support/kms.ts'
import { startSecrets, testDeployment, testSecretPrefix } from '../support/secrets.ts'
import { type FunctionsByFile, functionsThatRun } from './coverage.ts'

export interface Walk {
  readonly title: string
  /** The number of files that the walk should need at most; undefined if there is no goal. */
  readonly goal?: number
  /** Sets up a world, handles the one request under coverage, and checks that the request succeeded. */
  run(): Promise<FunctionsByFile>
}

const username = 'desk@example.com'
const password = 'correct horse battery staple'

const context = { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 540_000 } as Context

/** All services that the functions use, empty, and a mail server with one message. */
const startServices = async () => {
  const [tables, secrets, messaging, mail] = await Promise.all([
    startTables(),
    startSecrets(),
    startFauxqs({ port: 0, host: '127.0.0.1', logger: false }),
    startMailServer({ users: [{ name: username, password }] }),
  ])
  const kms = await startTestKms(secrets.keys)
  mail.user(username).inbox.append('From: jane@example.org\r\nTo: desk@example.com\r\nSubject: Hello\r\n\r\nHello.\r\n')
  const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
  messaging.createBucket('raw-mail')
  messaging.createQueue('fetch.fifo', { attributes: fifo })
  const endpoint = `http://127.0.0.1:${messaging.port}`
  const environment = await functionEnvironment(tables, {
    ...secrets.environment,
    ...kms.environment,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_SNS: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    RAW_BUCKET: 'raw-mail',
    FETCH_QUEUE_URL: `${endpoint}/000000000000/fetch.fifo`,
    ANNOUNCEMENT_TOPIC_ARN: messaging.createTopic('announcements').topicArn,
    PUBLIC_URL: 'https://desk.example.org',
    NOTICES_TOPIC_ARN: messaging.createTopic('notices').topicArn,
    SECRET_NAME_PREFIX: testSecretPrefix,
    DEPLOYMENT_ID: testDeployment,
    POWERTOOLS_METRICS_DISABLED: 'true',
    TICK_MINUTES: '10',
    CONTROL_HEADER_PREFIX: 'X-OTOBO-',
    ALLOW_PRIVATE_ADDRESSES: 'true',
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: 'false',
    EXTRA_MAIL_PORTS: String(mail.port('IMAPS')),
  })
  Object.assign(process.env, environment)
  return {
    tables,
    secrets,
    mail,
    async [Symbol.asyncDispose]() {
      await Promise.all([tables.stop(), kms.stop(), secrets.stop(), messaging.stop(), mail.stop()])
    },
  }
}

const expected = (holds: boolean, found: unknown): void => {
  if (!holds) throw new Error(`The walk did not go as expected: ${JSON.stringify(found)}`)
}

/** A valid account is fetched at once, so the request also asks for a run. */
const createAccount = (validity: 'valid' | 'invalid') => async (): Promise<FunctionsByFile> => {
  await using _ = await startServices()
  const { handler } = await import('../../functions/accounts/index.ts')
  const event = httpEvent({ method: 'POST', path: '/accounts', body: accountInput({ password, validity }) })
  let answer: APIGatewayProxyStructuredResultV2 = {}
  const ran = await functionsThatRun(async () => {
    answer = await handler(event, context)
  })
  expected(answer.statusCode === 201, answer)
  return ran
}

const fetchMessage = async (): Promise<FunctionsByFile> => {
  await using services = await startServices()
  const { mail, tables, secrets } = services
  const job = tick()
  const { accountId } = job
  const secretVersion = await secrets.store.put(accountId, password)
  const server = { host: 'localhost', port: mail.port('IMAPS'), customCa: mail.caPem }
  const desk = account({ accountId, username, credential: { method: 'password', secretVersion }, ...server })
  await tables.table('accounts').put({ ...desk })
  const { handler } = await import('../../functions/fetch/index.ts')
  const record = { messageId: 'job-1', body: JSON.stringify(job) }
  let answer: SQSBatchResponse | undefined
  const ran = await functionsThatRun(async () => {
    // The handler reads only these two fields of a record.
    answer = await handler({ Records: [record] } as Parameters<typeof handler>[0], context)
  })
  expected(mail.user(username).inbox.expunged.length === 1, answer)
  return ran
}

/** The mail server's answer to the login is the test's, as in the tests of the callback. */
const grantConsent = async (): Promise<FunctionsByFile> => {
  const world = await startConsentWorld()
  try {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    const ran = await functionsThatRun(() => visitor.get(answerTo(departure)))
    expected(world.probed.length === 1 && world.jobs.length === 1, world.log.lines)
    return ran
  } finally {
    await world.stop()
  }
}

export const walks: readonly Walk[] = [
  { title: '(a) POST of an account with a password', goal: 25, run: createAccount('invalid') },
  { title: '(a*) the same, of a valid account, which also requests a run', run: createAccount('valid') },
  { title: '(b) one IMAPS message, from socket to delete', goal: 50, run: fetchMessage },
  { title: '(c) OAuth2 callback, from code to grant', goal: 40, run: grantConsent },
]
