import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { resourcesByPath, synthesised } from './synthesised.ts'

describe('the identity settings in the CDK context', () => {
  it('people may recover their password only with their verified email address', () => {
    synthesised().stateful.hasResourceProperties('AWS::Cognito::UserPool', {
      MfaConfiguration: 'OPTIONAL',
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
    })
  })

  it('with mfa=required, each person needs a code of an authenticator app', () => {
    synthesised({ mfa: 'required' }).stateful.hasResourceProperties('AWS::Cognito::UserPool', {
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    })
  })

  it('each API client has a secret, only its own credentials, and only the scope of its role', () => {
    const { stateful, collector } = synthesised({ apiClients: 'reports=reader, provisioning=admin' })
    const server = { Ref: Match.stringLikeRegexp('Scopes') }
    for (const [ClientName, scope] of [
      ['reports', '/read'],
      ['provisioning', '/admin'],
    ] as const)
      stateful.hasResourceProperties('AWS::Cognito::UserPoolClient', {
        ClientName,
        GenerateSecret: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: [{ 'Fn::Join': ['', [server, scope]] }],
      })
    for (const name of ['reports', 'provisioning'])
      stateful.hasOutput(`*`, { Value: { Ref: Match.stringLikeRegexp(`ApiClient${name}`) } })
    const [authorizer] = resourcesByPath(collector, 'AWS::ApiGatewayV2::Authorizer').values()
    expect(authorizer?.Properties.JwtConfiguration).toMatchObject({ Audience: { length: 4 } })
    collector.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { SCOPE_RESOURCE: 'postmaster' } },
    })
  })

  it('without API clients, no function accepts scopes', () => {
    const { stateful, collector } = synthesised()
    stateful.resourceCountIs('AWS::Cognito::UserPoolResourceServer', 0)
    expect(JSON.stringify(collector.toJSON())).not.toContain('SCOPE_RESOURCE')
  })

  it.each([
    [{ mfa: 'on' }, /mfa/],
    [{ apiClients: 'reports' }, /apiClients/],
    [{ apiClients: 'reports=owner' }, /apiClients/],
    [{ apiClients: 'Reports=reader' }, /must look like reports=reader[\s\S]*apiClients/],
    [{ apiClients: 'reports=reader,reports=admin' }, /names a client twice/],
    [{ mfa: 'required', oidcIssuer: 'https://login.example.com', oidcAudience: 'a' }, /settings of the user pool/],
  ])('the context %j is refused with a reason', (context, detail) => {
    expect(() => synthesised({ ...context })).toThrow(detail)
  })
})
