import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { LocalError } from '../../local/common/errors.ts'
import { type LocalEvent, type LocalStack, startLocal } from '../../local/start-local.ts'
import { changedAssembly, type Template } from './support/fixture-assembly.ts'

const undo: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

type Change = (runner: Template, stateful: Template) => void

async function start(change: Change, onEvent: (event: LocalEvent) => void = () => undefined): Promise<LocalStack> {
  const assembly = changedAssembly(change)
  undo.push(assembly.remove)
  const local = await startLocal({ assembly: assembly.path, onEvent })
  undo.push(() => local.stop({ graceMs: 0 }))
  return local
}

async function refusal(change: Change): Promise<string> {
  const failure: unknown = await start(change).catch((error: unknown) => error)
  if (!(failure instanceof LocalError)) throw new Error(`not a LocalError: ${failure}`)
  expect(failure.message.split('\n')).toHaveLength(1)
  return failure.message
}

describe('the assembly of the local run', () => {
  it('the local run starts a whole assembly and resolves its imports, conditions, mappings and names', async () => {
    const local = await start(() => undefined)
    expect(local.resources).toMatchObject({
      Things: 'Stateful-Things',
      Files: 'stateful-files',
      Inbox: `${local.endpoints.sqs}/000000000000/inbox`,
      Jobs: `${local.endpoints.sqs}/000000000000/Runner-local-Jobs.fifo`,
      News: 'arn:aws:sns:us-east-1:000000000000:Stateful-News',
    })
    expect(local.resources).not.toHaveProperty('Ghost')
  })

  it('the local run reports declared resources that have no effect, including those of unknown types', async () => {
    const events: LocalEvent[] = []
    const change: Change = (runner) => {
      runner.Resources.Odd = { Type: 'AWS::Odd::Thing', Properties: {} }
    }
    await start(change, (event) => events.push(event))
    const idle = events.find((event) => event.type === 'idle-resources')
    expect(idle?.resources).toEqual(
      expect.arrayContaining([
        { path: 'Runner-local/TickPermission', type: 'AWS::Lambda::Permission' },
        { path: 'Runner-local/Odd', type: 'AWS::Odd::Thing' },
      ]),
    )
    const types = idle?.resources.map((one) => one.type)
    for (const type of ['AWS::SQS::Queue', 'AWS::IAM::Policy', 'AWS::S3::BucketPolicy'])
      expect(types).not.toContain(type)
  })

  it.each<[string, Change, RegExp]>([
    [
      'an unknown type to which a resource refers',
      (runner) => {
        runner.Resources.Odd = { Type: 'AWS::Odd::Thing', Properties: {} }
        runner.Resources.Echo.Properties.Environment.Variables.ODD = { Ref: 'Odd' }
      },
      /refers to Runner-local\/Odd, whose type AWS::Odd::Thing the local run does not support/,
    ],
    [
      'an unknown type that affects a function',
      (runner) => {
        runner.Resources.Odd = {
          Type: 'AWS::Scheduler::Schedule',
          Properties: { Target: { Arn: { 'Fn::GetAtt': ['Tick', 'Arn'] } } },
        }
      },
      /Runner-local\/Odd has the type AWS::Scheduler::Schedule.* affects Runner-local\/Tick/,
    ],
    [
      'a reference to a missing resource',
      (runner) => {
        runner.Resources.Echo.Properties.Environment.Variables.X = { Ref: 'Nowhere' }
      },
      /refers to Nowhere, which is not in the template/,
    ],
    [
      'a reference to a resource that its condition disables',
      (runner) => {
        runner.Resources.Echo.Properties.Environment.Variables.X = { Ref: 'Ghost' }
      },
      /refers to Ghost, .* disabled by its condition/,
    ],
    [
      'an import that no stack exports',
      (_, stateful) => {
        delete stateful.Outputs.ThingsName
      },
      /imports Stateful:ThingsName, which no stack/,
    ],
    [
      'an unknown CloudFormation function',
      (runner) => {
        runner.Resources.Echo.Properties.Environment.Variables.X = { 'Fn::Cidr': ['10.0.0.0/8', 2, 8] }
      },
      /Runner-local\/Echo .*property Environment, uses the function Fn::Cidr/,
    ],
    [
      'a dynamic reference',
      (runner) => {
        runner.Resources.Echo.Properties.Environment.Variables.X = '{{resolve:ssm:/x}}'
      },
      /dynamic reference/,
    ],
    [
      'an unsupported property of a running resource',
      (runner) => {
        runner.Resources.Echo.Properties.VpcConfig = { SubnetIds: ['a'] }
      },
      /Runner-local\/Echo .* uses the property VpcConfig/,
    ],
    [
      'a subscription that cannot be served',
      (runner) => {
        runner.Resources.InboxNews.Properties.Protocol = 'email'
      },
      /InboxNews subscribes email/,
    ],
    [
      'a visibility timeout below the function timeout',
      (runner) => {
        runner.Resources.Worker.Properties.Timeout = 60
      },
      /Jobs makes a message visible again before Worker times out/,
    ],
    [
      'a schedule that is not a rate',
      (runner) => {
        runner.Resources.DailyRule.Properties.ScheduleExpression = 'cron(0 8 * * ? *)'
      },
      /DailyRule has the schedule cron\(0 8 \* \* \? \*\), but the local run supports only rate/,
    ],
    [
      'an authorizer that is not a JWT authorizer',
      (runner) => {
        runner.Resources.ApiAuthorizer.Properties.AuthorizerType = 'REQUEST'
      },
      /ApiAuthorizer .* does not support \(AuthorizerType\)/,
    ],
    [
      'a missing bundle',
      (runner) => {
        runner.Resources.Tick.Properties.Code.S3Key = 'gone.zip'
      },
      /The code of Runner-local\/Tick is not in the assembly/,
    ],
  ])('the local run refuses an assembly with %s', async (_, change, detail) => {
    expect(await refusal(change)).toMatch(detail)
  })

  it('the local run verifies tokens with the keys of a foreign issuer, and refuses an assembly whose issuer is unreachable', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256')
    const server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo
      const body = request.url?.endsWith('jwks')
        ? { keys: [{ ...jwk, kid: 'one', alg: 'RS256' }] }
        : { jwks_uri: `http://127.0.0.1:${port}/jwks` }
      response.end(JSON.stringify(body))
    })
    const jwk = await exportJWK(publicKey)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    undo.push(() => new Promise((resolve) => server.close(() => resolve())))
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const withIssuer: Change = (runner) => {
      runner.Resources.ApiAuthorizer.Properties.JwtConfiguration = { Issuer: issuer, Audience: ['desk'] }
    }
    const local = await start(withIssuer)
    expect(local.token).toBeUndefined()
    const token = await new SignJWT({ sub: 'me' })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuer)
      .setAudience('desk')
      .setExpirationTime('1m')
      .sign(privateKey)
    const ask = (bearer: string) =>
      fetch(`${local.apiUrl}/things/1`, { headers: { authorization: `Bearer ${bearer}` } })
    expect((await ask(token)).status).toBe(200)
    expect((await ask(`${token.slice(0, -8)}AAAAAAAA`)).status).toBe(401)

    expect(
      await refusal((runner) => {
        runner.Resources.ApiAuthorizer.Properties.JwtConfiguration = {
          Issuer: 'http://127.0.0.1:9',
          Audience: ['desk'],
        }
      }),
    ).toMatch(/The issuer's keys could not be loaded from http:\/\/127\.0\.0\.1:9\/\.well-known/)
  })
})
