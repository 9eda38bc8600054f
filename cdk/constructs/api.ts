import { CfnOutput, Duration, RemovalPolicy, Size, Validations } from 'aws-cdk-lib'
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
import { CollectorFunction, type CollectorFunctionProps, logRetention } from './collector-function.ts'
import type { Issuer } from './sign-in.ts'

/**
 * The limit of each route that needs no token, in requests a second, for all callers together. The documentation and a
 * consent need one request to each of a few routes. A new AWS account runs ten functions at once, and five of them
 * fetch: a burst of two keeps a flood of one route, or of two, from the fetches. A flood of all six routes can still
 * take all ten until AWS raises the limit of the account. While a flood lasts, it can keep people from consenting.
 */
const publicThrottle = { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 2 }

/** Such as `GET /accounts/{accountId}`. */
export type RouteKey = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`

export interface ApiProps {
  readonly issuer: Issuer
  /** GROUP_CLAIM, READER_GROUP, ADMIN_GROUP. */
  readonly roles: NonNullable<CollectorFunctionProps['environment']>
  /** Where browsers reach the API under a domain of its own. */
  readonly publicUrl?: string
}

export interface ApiPartProps {
  readonly folder: string
  readonly description: string
  readonly routes: readonly RouteKey[]
  /** What only this function is told, beside the roles. */
  readonly environment?: NonNullable<CollectorFunctionProps['environment']>
  /** 512 MiB when left out. */
  readonly memory?: Size
  /** Why these routes need no token. Left out: they do. */
  readonly publicBecause?: string
}

/** The HTTP API: no route without a verified token or a reason, a line in the access log for every request. */
export class Api extends Construct {
  readonly #api: HttpApi
  readonly #stage: HttpStage
  readonly #roles: NonNullable<CollectorFunctionProps['environment']>
  /** For PUBLIC_URL. */
  readonly publicUrl: string

  constructor(scope: Construct, id: string, { issuer, roles, publicUrl }: ApiProps) {
    super(scope, id)
    this.#roles = roles
    this.#api = new HttpApi(this, 'Http', {
      apiName: 'postmaster',
      description: 'Mail accounts, queues, runs and messages of Postmaster.',
      createDefaultStage: false,
      defaultAuthorizer: new HttpJwtAuthorizer('Jwt', issuer.issuer, { jwtAudience: issuer.audience }),
    })
    this.publicUrl = publicUrl ?? this.#api.apiEndpoint
    const accessLog = new LogGroup(this, 'AccessLog', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY })
    this.#stage = new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      // Admins and a polling ticket system need a fraction of this; a script gone wild meets a 429 and not the tables.
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: accessLogFormat },
    })
    new CfnOutput(scope, 'ApiUrl', { value: this.#api.apiEndpoint })
  }

  /** One function and the routes it answers. */
  part(
    id: string,
    { folder, description, routes, environment, memory = Size.mebibytes(512), publicBecause }: ApiPartProps,
  ): CollectorFunction {
    const fn = new CollectorFunction(this, id, {
      folder,
      description,
      memory,
      // The gateway gives up after 30 seconds; the function ends before it, in words.
      timeout: Duration.seconds(29),
      environment: { ...(publicBecause === undefined && this.#roles), ...environment },
    })
    const integration = new HttpLambdaIntegration(`${id}Integration`, fn, { scopePermissionToRoute: false })
    for (const [path, methods] of methodsByPath(routes)) {
      const open = publicBecause !== undefined && { authorizer: new HttpNoneAuthorizer() }
      for (const route of this.#api.addRoutes({ path, methods, integration, ...open })) {
        if (publicBecause === undefined) continue
        Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: publicBecause })
        // CloudFormation accepts settings of a stage only for routes that exist.
        this.#stage.node.addDependency(route)
      }
    }
    if (publicBecause !== undefined) this.#throttle(routes)
    return fn
  }

  #throttle(routes: readonly RouteKey[]): void {
    const stage = this.#stage.node.defaultChild
    if (!(stage instanceof CfnStage)) throw new Error('the stage of the HTTP API has no resource')
    const throttled = Object.fromEntries(routes.map((route) => [route, publicThrottle]))
    stage.routeSettings = { ...stage.routeSettings, ...throttled }
  }
}

/**
 * Who did what when, without headers and bodies: those carry tokens and passwords. Without path and query, too, in
 * which a consent carries its ticket and its code; which route it was is told by its key, and what was changed by the
 * audit trail.
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
