import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { synthesised } from './synthesised.ts'

describe('context', { timeout: 60_000 }, () => {
  it('takes an OIDC issuer in place of the user pool', () => {
    const { stateful, collector } = synthesised({
      oidcIssuer: 'https://login.example.com/realms/desk',
      oidcAudience: 'postmaster, postmaster-cli',
    })
    stateful.resourceCountIs('AWS::Cognito::UserPool', 0)
    stateful.resourceCountIs('AWS::Cognito::UserPoolClient', 0)
    collector.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: {
        Issuer: 'https://login.example.com/realms/desk',
        Audience: ['postmaster', 'postmaster-cli'],
      },
    })
  })

  it.each([
    [{ oidcIssuer: 'https://login.example.com' }, /give both or neither/],
    [{ oidcAudience: 'postmaster' }, /give both or neither/],
    [{ oidcIssuer: 'http://login.example.com', oidcAudience: 'postmaster' }, /oidcIssuer/],
    [{ oidcIssuer: 'https://login.example.com', oidcAudience: ' , ' }, /oidcAudience/],
    [{ alarmTopicArn: 'alarms' }, /alarmTopicArn/],
    [{ publicUrl: 'http://desk.example.com' }, /publicUrl/],
    [{ publicUrl: 'https://desk.example.com/?a=b' }, /publicUrl/],
    [{ publicUrl: 'desk.example.com' }, /publicUrl/],
  ])('refuses %j in words', (context, words) => {
    expect(() => synthesised({ ...context })).toThrow(words)
  })

  it('sends the alarm to a topic where one is given, and only then', () => {
    const arn = 'arn:aws:sns:eu-central-1:123456789012:alarms'
    synthesised({ alarmTopicArn: arn }).collector.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [arn],
    })
    synthesised().collector.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() })
  })
})
