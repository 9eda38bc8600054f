import * as z from 'zod'
import { count, type Deployment, flag } from '../assembly/deployment.ts'
import { unsupported } from '../common/errors.ts'

export interface AuthorizerSettings {
  readonly id: string
  readonly issuer: string
  readonly audience: readonly string[]
}

export interface RouteSettings {
  /** For example `GET /things/{id}`, or `$default`. */
  readonly key: string
  readonly functionArn: string
  readonly timeoutMs: number
  readonly authorizer: AuthorizerSettings | undefined
  readonly scopes: readonly string[]
}

export interface ApiSettings {
  readonly id: string
  readonly stage: string
  readonly stageVariables: Readonly<Record<string, string>> | undefined
  readonly routes: readonly RouteSettings[]
}

const apiProperties = z.object({ ProtocolType: z.literal('HTTP') })
const stageProperties = z.object({ StageName: z.string(), StageVariables: z.record(z.string(), z.string()).optional() })
const routeProperties = z.object({
  RouteKey: z.string(),
  Target: z.string().startsWith('integrations/'),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
})
const integrationProperties = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  // An HTTP API allows at most 30 s.
  TimeoutInMillis: count.min(50).max(30_000).default(30_000),
})
const authorizerProperties = z.object({
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()).min(1) }),
  EnableSimpleResponses: flag.optional(),
})

/**
 * Reads the only HTTP API of the templates.
 * @returns undefined if there is none
 */
export const apiSettings = (deployment: Deployment): ApiSettings | undefined => {
  const [api, second] = deployment.ofType('AWS::ApiGatewayV2::Api')
  if (api === undefined) return undefined
  if (second !== undefined) {
    throw unsupported(
      `The templates declare two HTTP APIs, ${api.path} and ${second.path}. The local run supports only one.`,
    )
  }
  deployment.read(api, apiProperties, ['Name', 'Description', 'DisableExecuteApiEndpoint'])
  const [stage, otherStage] = deployment.ofType('AWS::ApiGatewayV2::Stage')
  if (stage === undefined || otherStage !== undefined) {
    throw unsupported(`${api.path} must have exactly one stage. The local run does not support any other number.`)
  }
  const { StageName, StageVariables } = deployment.read(stage, stageProperties, [
    'ApiId',
    'AutoDeploy',
    'AccessLogSettings',
    'DefaultRouteSettings',
    'RouteSettings',
    'Description',
  ])
  const authorizers = authorizersById(deployment)
  const integrations = integrationsById(deployment)
  const routes = deployment.ofType('AWS::ApiGatewayV2::Route').map((resource): RouteSettings => {
    const route = deployment.read(resource, routeProperties, ['ApiId', 'OperationName'])
    const integration = integrations.get(route.Target.slice('integrations/'.length))
    const authorizer = route.AuthorizationType === 'JWT' ? authorizers.get(route.AuthorizerId ?? '') : undefined
    if (integration === undefined || (route.AuthorizationType === 'JWT' && authorizer === undefined)) {
      throw unsupported(`${resource.path} refers to an integration or authorizer that the templates do not declare.`)
    }
    return { key: route.RouteKey, ...integration, authorizer, scopes: route.AuthorizationScopes }
  })
  return { id: deployment.physicalId(api), stage: StageName, stageVariables: StageVariables, routes }
}

const authorizersById = (deployment: Deployment): Map<string, AuthorizerSettings> => {
  const found = new Map<string, AuthorizerSettings>()
  for (const resource of deployment.ofType('AWS::ApiGatewayV2::Authorizer')) {
    const { JwtConfiguration } = deployment.read(resource, authorizerProperties, ['ApiId', 'Name'])
    const id = deployment.physicalId(resource)
    found.set(id, { id, issuer: JwtConfiguration.Issuer, audience: JwtConfiguration.Audience })
  }
  return found
}

const integrationsById = (deployment: Deployment): Map<string, { functionArn: string; timeoutMs: number }> => {
  const found = new Map<string, { functionArn: string; timeoutMs: number }>()
  for (const resource of deployment.ofType('AWS::ApiGatewayV2::Integration')) {
    const integration = deployment.read(resource, integrationProperties, [
      'ApiId',
      'Description',
      'IntegrationMethod',
      'ConnectionType',
    ])
    // The value is either the function's ARN or an invocation path that contains it.
    const functionArn = /arn:aws:lambda:[^/]+/.exec(integration.IntegrationUri)?.[0] ?? integration.IntegrationUri
    found.set(deployment.physicalId(resource), { functionArn, timeoutMs: integration.TimeoutInMillis })
  }
  return found
}
