import { describe, expect, it } from 'vitest'
import { startLocal } from '../../../local/start-local.ts'
import { changedAssembly, type Template } from '../support/fixture-assembly.ts'

/** Starts the fixture with a change, and returns the error. */
const failureOf = async (change: (runner: Template, stateful: Template) => void): Promise<string> => {
  const assembly = changedAssembly(change)
  try {
    const local = await startLocal({ assembly: assembly.path })
    await local.stop()
    return 'started'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    assembly.remove()
  }
}
const statements = (runner: Template) => runner.Resources.RolePolicy.Properties.PolicyDocument.Statement
const on = (condition: object, action = 'kms:Decrypt') => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  Condition: condition,
})

describe('the local run refuses policies that it cannot evaluate', () => {
  it.each([
    [
      'an unknown operator',
      on({ IpAddress: { 'aws:PrincipalArn': '10.0.0.0/8' } }),
      'the condition operator IpAddress',
    ],
    ['an unknown key', on({ StringEquals: { 'kms:CallerAccount': '1' } }), 'a condition on kms:CallerAccount'],
    ['a key of another service', on({ StringEquals: { 's3:prefix': '1' } }), 'a condition on s3:prefix'],
    ['a key for every action', on({ StringEquals: { 's3:prefix': '1' } }, '*'), 'a condition on s3:prefix'],
    [
      'a policy variable',
      { ...on({}), Resource: ['arn:aws:s3:::b/', '{aws:username}'].join('$') },
      'a policy variable',
    ],
    ['an element that negates', { Effect: 'Allow', NotAction: 'kms:*', Resource: '*' }, 'an element'],
  ])('%s in the policy of a role', async (_, statement, words) => {
    const failure = await failureOf((runner) => statements(runner).push(statement))
    expect(failure).toContain('/RolePolicy')
    expect(failure).toContain(words)
  })

  it('but accepts any key in a statement about a service that it does not emulate', async () => {
    const metrics = on({ StringEquals: { 'cloudwatch:namespace': 'x' } }, 'cloudwatch:PutMetricData')
    expect(await failureOf((runner) => statements(runner).push(metrics))).toBe('started')
  })

  it('a role with a managed policy or a boundary', async () => {
    const setRole = (properties: object) => (runner: Template) => {
      runner.Resources.Role.Properties = properties
    }
    expect(await failureOf(setRole({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/x'] }))).toContain(
      'ManagedPolicyArns',
    )
    expect(await failureOf(setRole({ PermissionsBoundary: 'arn:aws:iam::aws:policy/x' }))).toContain('Boundary')
  })

  it('a function with a role that is not in the templates', async () => {
    const failure = await failureOf((runner) => {
      runner.Resources.Echo.Properties.Role = 'arn:aws:iam::000000000000:role/other'
    })
    expect(failure).toContain('Echo has the role arn:aws:iam::000000000000:role/other')
  })
})

describe('the local run does not start if a role lacks what Lambda needs', () => {
  it.each([
    ['write the log', 'logs:PutLogEvents'],
    ['read the queue', 'sqs:ReceiveMessage'],
  ])('to %s', async (purpose, action) => {
    const failure = await failureOf((runner) => {
      for (const statement of statements(runner))
        if (Array.isArray(statement.Action)) statement.Action = statement.Action.filter((one: string) => one !== action)
    })
    expect(failure).toContain(`does not let Lambda ${purpose}`)
    expect(failure).toContain(`not authorized to perform: ${action}`)
  })

  it('to send failed events to their destination', async () => {
    const failure = await failureOf((runner) => {
      runner.Resources.TickInvoke = {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'Tick' },
          Qualifier: '$LATEST',
          DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Inbox', 'Arn'] } } },
        },
      }
    })
    expect(failure).toContain('The role of Tick does not let Lambda send failed events to their destination.')
  })
})
