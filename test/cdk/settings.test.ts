import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { resourcesByPath, synthesised } from './synthesised.ts'

const environmentSchema = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) })

describe('the CDK context', () => {
  it('an OIDC issuer in the context replaces the user pool', () => {
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

  it('the admin page uses the first audience of a custom issuer, or the client in the context', () => {
    const custom = { oidcIssuer: 'https://login.example.com', oidcAudience: 'postmaster,other' }
    const told = (context: Record<string, string>) => {
      const { collector } = synthesised({ ...custom, ...context })
      const functions = resourcesByPath(collector, 'AWS::Lambda::Function')
      const { Variables } = environmentSchema.parse(functions.get('Api/Session')?.Properties).Environment
      const [authorizer] = resourcesByPath(collector, 'AWS::ApiGatewayV2::Authorizer').values()
      return { Variables, authorizer: authorizer?.Properties.JwtConfiguration }
    }
    expect(told({})).toMatchObject({
      Variables: { PAGE_ISSUER: 'https://login.example.com', PAGE_CLIENT_ID: 'postmaster', PAGE_TOKEN: 'access' },
      authorizer: { Audience: ['postmaster', 'other'] },
    })
    expect(told({}).Variables.PAGE_SCOPE).toBeUndefined()
    expect(told({ pageClientId: 'page', pageToken: 'id', pageScope: 'openid groups' })).toMatchObject({
      Variables: { PAGE_CLIENT_ID: 'page', PAGE_TOKEN: 'id', PAGE_SCOPE: 'openid groups' },
      authorizer: { Audience: ['postmaster', 'other', 'page'] },
    })
  })

  it.each([
    [{ oidcIssuer: 'https://login.example.com' }, /set both oidcIssuer and oidcAudience, or neither/],
    [{ oidcAudience: 'postmaster' }, /set both oidcIssuer and oidcAudience, or neither/],
    [{ oidcIssuer: 'http://login.example.com', oidcAudience: 'postmaster' }, /oidcIssuer/],
    [{ oidcIssuer: 'https://login.example.com', oidcAudience: ' , ' }, /oidcAudience/],
    [{ pageClientId: 'page' }, /pageClientId, pageToken and pageScope need oidcIssuer/],
    [{ pageToken: 'refresh' }, /pageToken/],
    [{ pageScope: 'email' }, /must begin with openid[\s\S]*pageScope/],
    [{ alarmTopicArn: 'alarms' }, /alarmTopicArn/],
    [{ publicUrl: 'http://desk.example.com' }, /publicUrl/],
    [{ publicUrl: 'https://desk.example.com/?a=b' }, /publicUrl/],
    [{ publicUrl: 'https://desk.example.com/postmaster' }, /publicUrl/],
    [{ publicUrl: 'desk.example.com' }, /publicUrl/],
    [{ customerKey: 'yes' }, /customerKey/],
    [{ reservedConcurrency: 'fetch' }, /must look like fetch=20,docs=2[\s\S]*reservedConcurrency/],
    [{ reservedConcurrency: 'fetch=0' }, /reservedConcurrency/],
    [{ reservedConcurrency: 'fetch=1.5' }, /reservedConcurrency/],
    [{ reservedConcurrency: 'fetch=20,,docs=1' }, /reservedConcurrency/],
    [{ reservedConcurrency: 'fetch=20,fetch=30' }, /names a function twice[\s\S]*reservedConcurrency/],
    [{ reservedConcurrency: 'fetch=1' }, /at least 2 for each of fetch[\s\S]*reservedConcurrency/],
    [{ reservedConcurrency: 'deliver=1' }, /at least 2 for each of fetch[\s\S]*reservedConcurrency/],
    [{ reservedConcurrency: 'fetching=20' }, /reservedConcurrency[\s\S]*fetching[\s\S]*accounts, agent, audit/],
  ])('the context %j is refused with a reason', (context, detail) => {
    expect(() => synthesised({ ...context })).toThrow(detail)
  })

  it('functions receive the custom domain, or the API’s address if there is none', () => {
    const told = (context?: Record<string, string>) => {
      const functions = resourcesByPath(synthesised(context).collector, 'AWS::Lambda::Function')
      return environmentSchema.parse(functions.get('Api/Oauth2')?.Properties).Environment.Variables.PUBLIC_URL
    }
    expect(told({ publicUrl: 'https://postmaster.example.com/' })).toBe('https://postmaster.example.com')
    expect(told()).toEqual({ 'Fn::GetAtt': [expect.stringContaining('Http'), 'ApiEndpoint'] })
  })

  it('reservedConcurrency in the CDK context reserves concurrency only for the functions that it names', () => {
    const { collector } = synthesised({ reservedConcurrency: 'fetch=20, oauth2-callback=2' })
    const reserved = [...resourcesByPath(collector, 'AWS::Lambda::Function')]
      .filter(([, { Properties }]) => Properties.ReservedConcurrentExecutions !== undefined)
      .map(([path, { Properties }]) => [path, Properties.ReservedConcurrentExecutions])
    expect(reserved.sort()).toEqual([
      ['Api/Oauth2Callback', 2],
      ['Fetching/Function', 20],
    ])
  })

  it.each([
    ['fetch=20', 4, 20],
    ['fetch=3', 3, 3],
    ['docs=1', 4, 1000],
  ])('with %s reserved, concurrent fetches are limited to what can run', (reservedConcurrency, Default, MaxValue) => {
    synthesised({ reservedConcurrency }).collector.hasParameter('MaxConcurrentFetches', { Default, MaxValue })
  })
})
