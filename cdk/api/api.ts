import { CfnOutput, Duration, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { CollectorFunction, type CollectorFunctionProps, logRetention } from '../collector-function.ts'
import { accessLogNameOf, deploymentNames } from '../deployment-names.ts'
import { documentedRoutes, type RouteKey } from './routes.ts'
import type { Issuer, PageClient } from './sign-in.ts'

/**
 * The limit of each route without a token, in requests per second for all callers together. The documentation and a
 * consent need one request to each of a few routes. A new AWS account runs ten functions at once, five of which fetch
 * mail. With a burst of two, a flood of requests to one or two routes does not affect these fetches. A flood to all of
 * these routes can still use all ten until AWS raises the account's limit. During a flood, people may be unable to
 * consent.
 */
const publicThrottle: Throttle = { rateLimit: 5, burstLimit: 2 }

/** Requests per second, and requests at once. */
interface Throttle {
  readonly rateLimit: number
  readonly burstLimit: number
}

export interface ApiProps {
  readonly issuer: Issuer
  /** GROUP_CLAIM, READER_GROUP, ADMIN_GROUP. */
  readonly roles: NonNullable<CollectorFunctionProps['environment']>
  /** The URL at which browsers reach the API if it has a custom domain. */
  readonly publicUrl?: string
}

export interface ApiPartProps
  extends Pick<CollectorFunctionProps, 'description' | 'environment' | 'addFiles' | 'logRetention'> {
  /** 512 MiB by default. */
  readonly memory?: Size
  /** Routes that require no token, and why. If omitted, the function serves the documented routes. */
  readonly public?: {
    readonly routes: readonly RouteKey[]
    readonly because: string
    /** The limit of each of these routes. */
    readonly throttle?: Throttle
  }
}

/**
 * The HTTP API. Every route requires a verified token, except those declared public with a reason. The access log has
 * one line per request.
 */
export class Api extends Construct {
  /** The gateway, whose metrics the alarms and the dashboard use. */
  readonly gateway: HttpApi
  readonly #stage: HttpStage
  readonly #authorizer: HttpJwtAuthorizer
  readonly #roles: NonNullable<CollectorFunctionProps['environment']>
  /** The admin page's client at the issuer. */
  readonly pageClient: PageClient
  /** The value of PUBLIC_URL. */
  readonly publicUrl: string

  constructor(scope: Construct, id: string, { issuer, roles, publicUrl }: ApiProps) {
    super(scope, id)
    this.#roles = roles
    this.gateway = new HttpApi(this, 'Http', {
      apiName: deploymentNames(this).apiName,
      description: 'Mail accounts, queues, runs and messages of Postmaster.',
      createDefaultStage: false,
    })
    this.publicUrl = publicUrl ?? this.gateway.apiEndpoint
    this.pageClient = issuer.pageClient(this, this.publicUrl)
    this.#authorizer = new HttpJwtAuthorizer('Jwt', issuer.issuer, {
      jwtAudience: [...new Set([...issuer.audience, this.pageClient.clientId])],
    })
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: accessLogNameOf(Stack.of(this).stackName),
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.#stage = new HttpStage(this, 'Stage', {
      httpApi: this.gateway,
      stageName: '$default',
      autoDeploy: true,
      // Admins and a polling ticket system need a fraction of this. A runaway script gets a 429 before it reaches the
      // tables.
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: accessLogFormat },
    })
    new CfnOutput(scope, 'AccessLogName', { value: accessLog.logGroupName })
    new CfnOutput(scope, 'ApiUrl', { value: this.gateway.apiEndpoint })
  }

  /**
   * Adds the function in this folder under functions/, and its routes. A function whose routes need a token has the
   * routes that docs/openapi.json lists for it.
   */
  part(
    folder: string,
    { memory = Size.mebibytes(512), public: open, environment, ...props }: ApiPartProps,
  ): CollectorFunction {
    const id = pascalCase(folder)
    const fn = new CollectorFunction(this, id, {
      ...props,
      folder,
      memory,
      // The gateway gives up after 30 seconds. The function ends before that, so that it can return an error message.
      timeout: Duration.seconds(29),
      environment: { ...(open ? {} : this.#roles), ...environment },
    })
    fn.acknowledgeNoDeadLetters('The API invokes this function synchronously, and its caller receives the error.')
    const integration = new HttpLambdaIntegration(`${id}Integration`, fn, { scopePermissionToRoute: false })
    const authorizer = open ? new HttpNoneAuthorizer() : this.#authorizer
    for (const [path, methods] of methodsByPath(open?.routes ?? documentedRoutes(folder)))
      for (const route of this.gateway.addRoutes({ path, methods, integration, authorizer })) {
        if (!open) continue
        Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: open.because })
        // CloudFormation accepts settings of a stage only for routes that exist.
        this.#stage.node.addDependency(route)
      }
    if (open) this.#throttle(open.routes, open.throttle ?? publicThrottle)
    return fn
  }

  #throttle(routes: readonly RouteKey[], { rateLimit, burstLimit }: Throttle): void {
    const stage = this.#stage.node.defaultChild
    if (!(stage instanceof CfnStage)) throw new Error('the stage of the HTTP API has no resource')
    const settings = { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit }
    const throttled = Object.fromEntries(routes.map((route) => [route, settings]))
    stage.routeSettings = { ...stage.routeSettings, ...throttled }
  }
}

/**
 * Records who called which route and when. It omits headers and bodies because they contain tokens and passwords, and
 * path and query because a consent sends its ticket and code there. The route key identifies the route, and the audit
 * trail shows what was changed.
 */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    subject: '$context.authorizer.claims.sub',
    route: '$context.routeKey',
    status: '$context.status',
    bytes: '$context.responseLength',
    latency: '$context.responseLatency',
    authorizerError: '$context.authorizer.error',
    integrationError: '$context.integrationErrorMessage',
  }),
)

const methodsByPath = (routes: readonly RouteKey[]): Map<string, HttpMethod[]> => {
  const byPath = new Map<string, HttpMethod[]>()
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ')
    byPath.set(path, [...(byPath.get(path) ?? []), HttpMethod[method as keyof typeof HttpMethod]])
  }
  return byPath
}

const pascalCase = (folder: string) => folder.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
