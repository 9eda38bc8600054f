import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { Deployment, idleResources } from './assembly/deployment.ts'
import { readAssembly } from './assembly/read-assembly.ts'
import { LocalError } from './common/errors.ts'
import { listenOnLoopback } from './common/loopback-server.ts'
import { openDataFolder } from './data-folder.ts'
import { injectFaults } from './emulators/faults/inject-fault.ts'
import { AccessKeys } from './emulators/signed-calls/access-keys.ts'
import { startEmulators } from './emulators/start-emulators.ts'
import { apiSettings } from './http-api/api-settings.ts'
import { httpApi } from './http-api/http-api.ts'
import { LocalIssuer } from './http-api/local-issuer.ts'
import { claimsOf, declaredGroups, localTokens } from './http-api/local-tokens.ts'
import { Grants } from './http-api/sign-in/grants.ts'
import { IssuerServer } from './http-api/sign-in/issuer-server.ts'
import { pageClients } from './http-api/sign-in/page-clients.ts'
import { SignInKeys } from './http-api/sign-in/sign-in-keys.ts'
import { FunctionPool } from './lambda/function-pool.ts'
import { functionSettings } from './lambda/function-settings.ts'
import type { LocalOptions, LocalStack } from './local-stack.ts'
import { checkLambdaRequests } from './policies/lambda-requests.ts'
import type { PolicyCheck } from './policies/policy-check.ts'
import { startPolicyCheck } from './policies/start-policy-check.ts'
import { provisionBuckets } from './provisioning/buckets.ts'
import { provisionQueues, provisionTopics } from './provisioning/queues-and-topics.ts'
import { provisionKeys, provisionSecrets } from './provisioning/secrets-and-keys.ts'
import { provisionTables } from './provisioning/tables.ts'
import { AsyncInvoker, retryAttempts } from './triggers/async-invocation.ts'
import { readQueueMappings } from './triggers/queue-mappings.ts'
import { QueuePoller } from './triggers/queue-poller.ts'
import { RuleScheduler, readRules } from './triggers/rules.ts'

export type { InvocationEnd, LocalEvent } from './common/local-event.ts'
export type { ServiceCall } from './emulators/signed-calls/service-call.ts'
export type { RunningInvocation } from './lambda/function-pool.ts'
export type { LocalOptions, LocalStack } from './local-stack.ts'

/** AWS's own placeholder account. The SQS emulator does not support any other. */
export const localAccountId = '000000000000'
export const localRegion = 'us-east-1'
const idleProcessMs = 5 * 60_000

/**
 * Runs the assembly's stacks on this machine.
 * @throws LocalError for any failure that a person can fix
 */
export const startLocal = async (options: LocalOptions): Promise<LocalStack> => {
  const onEvent = options.onEvent ?? (() => undefined)
  const now = options.now ?? (() => new Date())
  const stacks = readAssembly(options.assembly)
  const undo: (() => Promise<void> | void)[] = []
  const unwind = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const folder = openDataFolder(options.data)
    undo.push(() => folder.release())
    // The templates need the API's address before its routes are known.
    let listener: RequestListener = (_request, response) => response.writeHead(503).end()
    const listen = (...[request, response]: Parameters<RequestListener>): void => listener(request, response)
    const server = await listenOnLoopback(options.port ?? 0, listen, { pages: true })
    const apiUrl = server.url
    undo.push(() => server.close())
    const keys = new AccessKeys()
    // No function runs before its policies have been read.
    let policies: PolicyCheck | undefined
    const emulators = await startEmulators({
      folder: folder.path,
      region: localRegion,
      accountId: localAccountId,
      access: {
        keys,
        authorize: (call) => policies?.check(call),
        observer: options.onServiceCall,
        intercept: options.faults && injectFaults(options.faults),
      },
      now,
    })
    undo.push(() => emulators.close())

    const secretArns = new Map<string, string>()
    const deployment = new Deployment(stacks, options.parameters ?? {}, {
      region: localRegion,
      accountId: localAccountId,
      apiUrl,
      endpoints: emulators.endpoints,
      secretArn: (name) => secretArns.get(name) ?? name,
    })
    const idle = idleResources(deployment)
    for (const [name, arn] of await provisionSecrets(deployment, emulators.secretsManager)) secretArns.set(name, arn)
    await provisionKeys(deployment, emulators.kms)
    await provisionTables(deployment, emulators.dynamodb, folder.path)
    await provisionQueues(deployment, emulators.messaging)
    provisionTopics(deployment, emulators.messaging)
    provisionBuckets(deployment, emulators.messaging)

    const functions = functionSettings(deployment)
    policies = startPolicyCheck(deployment, functions, {
      region: localRegion,
      accountId: localAccountId,
      secret: emulators.secretsManager.find,
      hasObject: (bucket, key) => emulators.messaging.objects.exists(bucket, key),
      onEvent,
    })
    checkLambdaRequests(deployment, functions, policies, { region: localRegion, accountId: localAccountId })
    const pools = new Map<string, FunctionPool>()
    for (const settings of functions) {
      const place = {
        region: localRegion,
        endpoints: emulators.endpoints,
        keys,
        temporaryFolder: folder.temporary,
        logFolder: folder.logs,
        onEvent,
        onInvocation: options.onInvocation,
        idleMs: idleProcessMs,
      }
      pools.set(settings.arn, new FunctionPool(settings, place))
    }
    for (const runtime of new Set(functions.map((settings) => settings.runtime)))
      if (!runtime.startsWith(`nodejs${process.versions.node.split('.')[0]}.`))
        onEvent({ type: 'notice', text: `Functions are declared for ${runtime} but run on ${process.version}.` })
    const pollers = readQueueMappings(deployment, pools).map(
      (mapping) => new QueuePoller(mapping, { messaging: emulators.messaging, region: localRegion, onEvent }),
    )
    const scheduler = new RuleScheduler(readRules(deployment, pools), new AsyncInvoker(retryAttempts(deployment)), {
      region: localRegion,
      accountId: localAccountId,
      onEvent,
    })
    const userPools = deployment
      .ofType('AWS::Cognito::UserPool')
      .map((pool) => deployment.attribute(pool, 'ProviderURL'))
    const issuer = await LocalIssuer.open(join(folder.path, 'issuer-key.json'), userPools)
    const api = apiSettings(deployment)
    const groups = options.groups ?? declaredGroups(deployment)
    const signInKeys = new SignInKeys()
    const grants = new Grants(now)
    if (api !== undefined) {
      const serve = await httpApi({ settings: api, accountId: localAccountId, pools, issuer, onEvent })
      const issuers = new IssuerServer({
        issuers: userPools,
        clients: pageClients(deployment),
        signer: issuer,
        claims: claimsOf(groups),
        keys: signInKeys,
        grants,
        now,
      })
      listener = (request, response) => void (issuers.serve(request, response) || serve(request, response))
    }
    const tokens = await localTokens(api, issuer, groups)
    folder.writeToken('token', tokens?.admin)
    folder.writeToken('reader-token', tokens?.reader)

    onEvent({ type: 'idle-resources', resources: idle })
    let graceMs = 0
    undo.push(async () => {
      scheduler.stop()
      await Promise.all(pollers.map((poller) => poller.stop()))
      await Promise.all([...pools.values()].map((pool) => pool.stop(graceMs)))
      // Messages that the functions finished in time are still removed from their queue.
      await Promise.all(pollers.map((poller) => poller.settled()))
    })
    for (const poller of pollers) await poller.start()
    if (options.schedule === true) scheduler.start()

    const poolOf = (match: string): FunctionPool =>
      only([...pools.values()], match, 'function', (pool) => pool.settings.id)
    return {
      apiUrl,
      token: tokens?.admin,
      readerToken: tokens?.reader,
      signIn: tokens && {
        adminKey: signInKeys.admin,
        readerKey: signInKeys.reader,
        endSessions: () => grants.endAll(),
      },
      endpoints: emulators.endpoints,
      clientConfig: {
        region: localRegion,
        credentials: keys.credentials('local-test'),
      },
      clientConfigOf: (match) => ({ region: localRegion, credentials: keys.credentials(poolOf(match).settings.id) }),
      resources: physicalIds(deployment),
      routes: api?.routes.map((route) => route.key) ?? [],
      dataFolder: folder.path,
      logFolder: folder.logs,
      signToken: (claims) => {
        if (tokens === undefined) throw new LocalError('usage', 'The API does not accept tokens from the local issuer.')
        return tokens.sign(claims)
      },
      fireRule: async (match, { time } = {}) => scheduler.fire(match, time ?? now()),
      invoke: async (match, event) => poolOf(match).invoke(event, 'direct'),
      queueDepth: (match) => {
        const queue = only(deployment.ofType('AWS::SQS::Queue'), match, 'queue', (one) => one.logicalId)
        const depth = emulators.messaging.queueDepth(deployment.attribute(queue, 'QueueName'))
        return depth ?? { ready: 0, inFlight: 0, delayed: 0 }
      },
      logFile: (match) => poolOf(match).log.path,
      grantUses: () => policies?.grantUses() ?? [],
      running: () => [...pools.values()].reduce((sum, pool) => sum + pool.running, 0),
      stop: async ({ graceMs: grace = 3000 } = {}) => {
        graceMs = grace
        await unwind()
      },
    }
  } catch (error) {
    await unwind()
    throw error
  }
}

const physicalIds = (deployment: Deployment): Record<string, string> => {
  const ids: Record<string, string> = {}
  for (const resource of deployment.runningResources()) {
    const key = resource.logicalId in ids ? resource.path : resource.logicalId
    ids[key] = deployment.physicalId(resource)
  }
  return ids
}

const only = <T>(items: readonly T[], match: string, what: string, idOf: (item: T) => string): T => {
  const found = items.filter((item) => idOf(item).includes(match))
  const exact = found.find((item) => idOf(item) === match)
  const [first, second] = found
  if (exact !== undefined) return exact
  if (first !== undefined && second === undefined) return first
  const reason = first === undefined ? `No ${what} matches` : `More than one ${what} matches`
  throw new LocalError('usage', `${reason} ${match}. Available: ${items.map(idOf).join(', ') || 'none'}.`)
}
