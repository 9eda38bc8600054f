import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { apiParts } from '../../docs/openapi/parts.ts'
import { variables } from '../../functions/environment.ts'
import { tableNames, tableVariable } from '../../lib/tables/tables.ts'
import { publicRoutes, type Resource, resourcesByPath, synthesised, type Templates } from './synthesised.ts'

/** The number of functions for the API, including the public ones. */
const apiFunctions = new Set(apiParts.map((part) => part.function)).size + Object.keys(publicRoutes).length
/** Fetching, Schedule, SecretSweep, EndGrants, Planning, Delivering, DeliverySweep. */
const backgroundFunctions = 7

let templates: Templates

beforeAll(() => {
  templates = synthesised()
})

const resource = (type: string, path: string): Resource => {
  const found = resourcesByPath(templates.collector, type).get(path)
  if (!found) throw new Error(`no ${type} at ${path}`)
  return found
}
const logicalIdOf = (type: string, path: string): string => {
  const entry = Object.entries(templates.collector.findResources(type)).find(
    ([, { Metadata }]) => Metadata?.['aws:cdk:path'] === `PostmasterCollector/${path}/Resource`,
  )
  if (!entry) throw new Error(`no ${type} at ${path}`)
  return entry[0]
}

describe('the schedule', () => {
  it('the schedule ticks every ten minutes by default', () => {
    templates.collector.hasParameter('TickMinutes', { Type: 'Number', Default: 10, MinValue: 2 })
    const { Properties } = resource('AWS::Events::Rule', 'Schedule/Tick')
    expect(Properties).toMatchObject({
      State: 'ENABLED',
      ScheduleExpression: { 'Fn::Join': ['', ['rate(', { Ref: 'TickMinutes' }, ' minutes)']] },
      Targets: [{ Arn: { 'Fn::GetAtt': [logicalIdOf('AWS::Lambda::Function', 'Schedule/Function'), 'Arn'] } }],
    })
  })

  it('dispatch and fetch receive the same number of minutes', () => {
    for (const path of ['Schedule/Function', 'Fetching/Function'])
      expect(resource('AWS::Lambda::Function', path).Properties.Environment).toMatchObject({
        Variables: { TICK_MINUTES: { Ref: 'TickMinutes' } },
      })
  })

  it('dispatch’s timeout is long enough for ten thousand accounts and shorter than a tick', () => {
    expect(resource('AWS::Lambda::Function', 'Schedule/Function').Properties.Timeout).toBe(300)
  })

  it('the schedule checks every 15 minutes for ended consents', () => {
    expect(resource('AWS::Events::Rule', 'EndGrants/Often').Properties).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      Targets: [{ Arn: { 'Fn::GetAtt': [logicalIdOf('AWS::Lambda::Function', 'EndGrants/Function'), 'Arn'] } }],
    })
  })

  it('the schedule looks for orphaned secrets once a day', () => {
    expect(resource('AWS::Events::Rule', 'SecretSweep/Daily').Properties).toMatchObject({
      ScheduleExpression: 'rate(1 day)',
      Targets: [{ Arn: { 'Fn::GetAtt': [logicalIdOf('AWS::Lambda::Function', 'SecretSweep/Function'), 'Arn'] } }],
    })
  })
})

describe('an event that no function handles', () => {
  const rules = () => [...resourcesByPath(templates.collector, 'AWS::Events::Rule')]
  const targetsOf = ({ Properties }: Resource) => Properties.Targets as { Arn: unknown }[]
  const deadLetters = () => ({ 'Fn::GetAtt': [logicalIdOf('AWS::SQS::Queue', 'FailedEvents/Queue'), 'Arn'] })

  it('an undeliverable event of any rule is retried for at most ten minutes and then kept', () => {
    expect(rules().map(([path]) => path)).toEqual(
      expect.arrayContaining(['EndGrants/Often', 'Schedule/Tick', 'SecretSweep/Daily']),
    )
    for (const [path, rule] of rules())
      for (const target of targetsOf(rule))
        expect(target, path).toMatchObject({
          RetryPolicy: { MaximumEventAgeInSeconds: 600, MaximumRetryAttempts: expect.any(Number) },
          DeadLetterConfig: { Arn: deadLetters() },
        })
  })

  it('every function invoked by a rule retries a failed event twice within ten minutes, and the event is then kept', () => {
    const configured = new Map(
      [...resourcesByPath(templates.collector, 'AWS::Lambda::EventInvokeConfig').values()].map(({ Properties }) => [
        JSON.stringify(Properties.FunctionName),
        Properties,
      ]),
    )
    const invoked = rules().flatMap(([, rule]) =>
      targetsOf(rule).map(({ Arn }) => String((Arn as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0])),
    )
    expect(invoked.length).toBe(configured.size)
    for (const logicalId of invoked)
      expect(configured.get(JSON.stringify({ Ref: logicalId })), logicalId).toMatchObject({
        Qualifier: '$LATEST',
        MaximumEventAgeInSeconds: 600,
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: deadLetters() } },
      })
  })

  it('a failed event stays for fourteen days in an encrypted queue to which only this stack’s rules may send', () => {
    expect(resource('AWS::SQS::Queue', 'FailedEvents/Queue').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 3600,
    })
    const { PolicyDocument } = resource('AWS::SQS::QueuePolicy', 'FailedEvents/Queue/Policy').Properties as {
      PolicyDocument: { Statement: { Effect: string; Action: unknown; Principal: unknown; Condition?: unknown }[] }
    }
    const allowed = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow')
    const ruleIds = Object.keys(templates.collector.findResources('AWS::Events::Rule'))
    expect(allowed).toHaveLength(ruleIds.length)
    for (const { Action, Principal } of allowed)
      expect({ Action, Principal }).toEqual({
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
      })
    expect(allowed.map(({ Condition }) => JSON.stringify(Condition)).sort()).toEqual(
      ruleIds.map((id) => JSON.stringify({ ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [id, 'Arn'] } } })).sort(),
    )
  })
})

describe('the fetch queue', () => {
  const fifo = {
    FifoQueue: true,
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    ContentBasedDeduplication: false,
    SqsManagedSseEnabled: true,
  }

  it('the fetch queue separates accounts, is encrypted and delivers a job at most twice', () => {
    expect(resource('AWS::SQS::Queue', 'FetchQueue/Jobs').Properties).toMatchObject({
      ...fifo,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [logicalIdOf('AWS::SQS::Queue', 'FetchQueue/DeadLetters'), 'Arn'] },
        maxReceiveCount: 2,
      },
    })
  })

  it('the fetch queue keeps jobs that failed twice for fourteen days', () => {
    expect(resource('AWS::SQS::Queue', 'FetchQueue/DeadLetters').Properties).toMatchObject({
      ...fifo,
      MessageRetentionPeriod: 14 * 24 * 3600,
    })
  })

  it('the fetch queue’s visibility timeout is longer than a fetch can take', () => {
    const { Timeout, MemorySize } = resource('AWS::Lambda::Function', 'Fetching/Function').Properties
    expect(Timeout).toBe(540)
    expect(MemorySize).toBeLessThanOrEqual(512)
    expect(resource('AWS::SQS::Queue', 'FetchQueue/Jobs').Properties.VisibilityTimeout).toBe(570)
  })

  it('the fetch queue delivers one job at a time and accepts partial failures', () => {
    expect(resource('AWS::Lambda::EventSourceMapping', 'Fetching/Jobs').Properties).toMatchObject({
      BatchSize: 1,
      EventSourceArn: { 'Fn::GetAtt': [logicalIdOf('AWS::SQS::Queue', 'FetchQueue/Jobs'), 'Arn'] },
      FunctionName: { Ref: logicalIdOf('AWS::Lambda::Function', 'Fetching/Function') },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: { Ref: 'MaxConcurrentFetches' } },
    })
  })

  it('fetches, planning and deliveries leave two of the ten functions that a new AWS account runs at once', () => {
    const newAccountLimit = 10
    const planning = 2
    const [fetches, deliveries] = [4, 2]
    expect(newAccountLimit - planning - fetches - deliveries).toBe(2)
    const range = { MinValue: 2, MaxValue: 1000 }
    templates.collector.hasParameter('MaxConcurrentFetches', { Default: fetches, ...range })
    templates.collector.hasParameter('MaxConcurrentDeliveries', { Default: deliveries, ...range })
  })

  it('the fetch queue refuses requests without TLS', () => {
    const policies = [...resourcesByPath(templates.collector, 'AWS::SQS::QueuePolicy').values()]
    expect(policies).toHaveLength(7)
    for (const { Properties } of policies) expect(JSON.stringify(Properties)).toContain('"aws:SecureTransport":"false"')
  })
})

describe('the HTTP API', () => {
  const keyOf = ({ Properties }: Resource) => String(Properties.RouteKey)
  const routes = () => [...resourcesByPath(templates.collector, 'AWS::ApiGatewayV2::Route').values()]

  it('the HTTP API requires a verified token on every route except the files of the admin page, its documentation, the consent pages and agents', () => {
    const open = Object.values(publicRoutes).flat()
    expect(
      routes()
        .filter(({ Properties }) => Properties.AuthorizationType === 'NONE')
        .map(keyOf)
        .sort(),
    ).toEqual(open.toSorted())
    expect(routes()).toHaveLength(apiParts.flatMap((part) => part.routes).length + open.length)
    for (const { Properties } of routes().filter((route) => !open.includes(keyOf(route))))
      expect(Properties).toMatchObject({
        AuthorizationType: 'JWT',
        AuthorizerId: { Ref: logicalIdOfType('AWS::ApiGatewayV2::Authorizer') },
      })
    expect(routes().map(({ Properties }) => Properties.RouteKey)).not.toContain('$default')
  })

  it('the HTTP API accepts tokens of the user pool for the command line and for the admin page', () => {
    templates.collector.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: {
        Audience: [
          { 'Fn::ImportValue': Match.stringLikeRegexp('SignInClient') },
          { Ref: logicalIdOf('AWS::Cognito::UserPoolClient', 'Api/PageClient') },
        ],
      },
    })
    expect(JSON.stringify(templates.collector.findResources('AWS::ApiGatewayV2::Authorizer'))).toContain(
      'https://cognito-idp.',
    )
  })

  it('the client of the admin page has no secret, PKCE sign-ins only, short tokens, and refresh tokens that rotate', () => {
    const endpoint = { 'Fn::GetAtt': [logicalIdOf('AWS::ApiGatewayV2::Api', 'Api/Http'), 'ApiEndpoint'] }
    const { Properties } = resource('AWS::Cognito::UserPoolClient', 'Api/PageClient')
    expect(Properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      CallbackURLs: [{ 'Fn::Join': ['', [endpoint, '/admin/session/callback']] }],
      LogoutURLs: [{ 'Fn::Join': ['', [endpoint, '/admin/session/signed-out']] }],
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      AccessTokenValidity: 10,
      IdTokenValidity: 10,
      RefreshTokenValidity: 12 * 60,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
      EnableTokenRevocation: true,
      // All attributes if the list is missing, and the email address names people in the audit trail.
      WriteAttributes: ['locale'],
    })
  })

  it('the HTTP API logs every request without headers and bodies', () => {
    const { Properties } = resource('AWS::ApiGatewayV2::Stage', 'Api/Stage')
    expect(Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      AccessLogSettings: {
        DestinationArn: { 'Fn::GetAtt': [logicalIdOf('AWS::Logs::LogGroup', 'Api/AccessLog'), 'Arn'] },
        Format: expect.stringContaining('$context.requestId'),
      },
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    })
    expect(JSON.stringify(Properties)).not.toMatch(/\$(request|context\.request(Body|Override))|header/i)
    // A consent's ticket is in the path, and its code and state are in the query.
    expect(JSON.stringify(Properties)).not.toMatch(/context\.(path|customDomain\.basePathMatched|\w*query)/i)
  })

  it('the HTTP API throttles every public route separately, and no route that needs a token', () => {
    const { Properties } = resource('AWS::ApiGatewayV2::Stage', 'Api/Stage')
    expect(Properties.RouteSettings).toEqual(
      Object.fromEntries(
        Object.values(publicRoutes)
          .flat()
          .map((route) => [route, throttleOf(route)]),
      ),
    )
  })

  const throttleOf = (route: string) => {
    if (route.includes(' /agent/')) return { ThrottlingRateLimit: 25, ThrottlingBurstLimit: 25 }
    // One visit of the admin page loads several files at once.
    if (publicRoutes.Page?.includes(route)) return { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 50 }
    return { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 2 }
  }

  it('the HTTP API creates the public routes before the stage, whose settings refer to them', () => {
    const [stage] = Object.values(templates.collector.findResources('AWS::ApiGatewayV2::Stage'))
    const open = Object.entries(templates.collector.findResources('AWS::ApiGatewayV2::Route'))
      .filter(([, { Properties }]) => Properties.AuthorizationType === 'NONE')
      .map(([logicalId]) => logicalId)
    expect(open.length).toBe(Object.values(publicRoutes).flat().length)
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(open))
  })

  it('API functions end before the gateway gives up', () => {
    const functions = resourcesByPath(templates.collector, 'AWS::Lambda::Function')
    const api = [...functions].filter(([path]) => path.startsWith('Api/'))
    expect(api.length).toBe(apiFunctions)
    for (const [, { Properties }] of api) expect(Properties.Timeout).toBeLessThan(30)
  })

  const logicalIdOfType = (type: string) => Object.keys(templates.collector.findResources(type))[0]
})

describe('every function', () => {
  const functions = () => [...resourcesByPath(templates.collector, 'AWS::Lambda::Function').values()]

  it('every function runs on Node 24 and arm64 and logs JSON to its own log group', () => {
    expect(functions()).toHaveLength(apiFunctions + backgroundFunctions)
    for (const { Properties } of functions())
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } },
      })
    expect(new Set(functions().map(({ Properties }) => JSON.stringify(Properties.LoggingConfig))).size).toBe(
      apiFunctions + backgroundFunctions,
    )
  })

  it('every function receives only the names of tables and the variables listed in functions/environment.ts', () => {
    const known: string[] = [...Object.keys(variables), ...tableNames.map(tableVariable), 'NODE_OPTIONS']
    for (const { Properties } of functions()) {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> }
      expect(Object.keys(Variables).filter((name) => !known.includes(name))).toEqual([])
    }
  })

  it('no function reserves concurrency, which AWS refuses in a new account, or uses layers', () => {
    for (const { Properties } of functions()) {
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined()
      expect(Properties.Layers).toBeUndefined()
    }
  })
})

describe('every log', () => {
  it('every log is kept for a month, and for a year if it says who read mail or used an account’s credentials', () => {
    const groups = [...resourcesByPath(templates.collector, 'AWS::Logs::LogGroup')]
    expect(groups).toHaveLength(apiFunctions + backgroundFunctions + 1)
    const year = ['ConnectionTest', 'MessageView', 'Messages', 'Oauth2Doctor'].map((id) => `Api/${id}Log`)
    for (const [path, { Properties }] of groups)
      expect(Properties.RetentionInDays, path).toBe(year.includes(path) ? 365 : 30)
    expect(groups.map(([path]) => path)).toEqual(expect.arrayContaining(year))
  })

  it('the access log has a name below /aws/vendedlogs/ that no other deployment uses', () => {
    const nameOf = ({ collector }: Templates) =>
      resourcesByPath(collector, 'AWS::Logs::LogGroup').get('Api/AccessLog')?.Properties.LogGroupName
    expect(nameOf(templates)).toBe('/aws/vendedlogs/PostmasterCollector/api-access')
    expect(nameOf(synthesised({ stage: 'test' }))).toBe('/aws/vendedlogs/Postmaster-test-Collector/api-access')
  })
})

describe('the deployer’s parameters', () => {
  it('the deployer’s parameters have safe defaults', () => {
    templates.collector.hasParameter('AllowPrivateAddresses', { Default: 'false', AllowedValues: ['true', 'false'] })
    templates.collector.hasParameter('ExtraMailPorts', { Default: '' })
    templates.collector.hasParameter('ExtraWebhookPorts', { Default: '' })
    templates.collector.hasParameter('AllowClearTextOnLoopback', {
      Default: 'false',
      AllowedValues: ['true', 'false'],
    })
    templates.collector.hasParameter('ControlHeaderPrefix', { Default: 'X-OTOBO-' })
    templates.collector.hasParameter('GroupClaim', { Default: 'cognito:groups' })
    templates.collector.hasParameter('AdminGroup', { Default: 'postmaster-admins' })
    templates.collector.hasParameter('ReaderGroup', { Default: 'postmaster-readers' })
  })

  it.each([
    ['ExtraMailPorts', ['', '1143', '1143,1995'], ['1143, 1995', 'imap', '1143,']],
    ['ExtraWebhookPorts', ['', '8443', '8443,9443'], ['8443, 9443', 'https', '8443,']],
    ['DeploymentName', ['Postmaster', 'Service desk, staging', 'P'], ['', ' ', 'Desk ', 'x'.repeat(65)]],
    ['ControlHeaderPrefix', ['X-OTOBO-', 'X-OTRS-'], ['X-OTOBO', '-', 'X-Ä-', 'X OTOBO-']],
  ])('the parameter %s is validated before the deployment', (name, good, bad) => {
    const { AllowedPattern } = templates.collector.findParameters(name)[name] as { AllowedPattern: string }
    for (const value of good) expect(value).toMatch(new RegExp(AllowedPattern))
    for (const value of bad) expect(value).not.toMatch(new RegExp(AllowedPattern))
  })
})
