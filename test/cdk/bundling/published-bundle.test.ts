import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { App, Stack } from 'aws-cdk-lib'
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { unzipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleFunction } from '../../../cdk/bundling/bundle-function.ts'
import { bundledCode } from '../../../cdk/bundling/bundled-code.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const env = { account: '123456789012', region: 'eu-central-1' }
/** This bundle has most of the packages that are files of their own. */
const folder = 'message-view'

/** The answers that the CDK needs before it uploads a file. */
const answers: Readonly<Record<string, string>> = {
  GetCallerIdentity: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${env.account}:user/test</Arn><UserId>test</UserId><Account>${env.account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  'cdk-bootstrap': JSON.stringify({ Parameter: { Value: '30' } }),
  '?location': `<LocationConstraint>${env.region}</LocationConstraint>`,
  '?list-type': '<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>',
}

describe('cdk deploy', () => {
  const work = mkdtempSync(join(tmpdir(), 'postmaster-publish-'))
  afterAll(() => rmSync(work, { recursive: true }))

  it('uploads every file of a bundle, including the packages in its node_modules', async () => {
    const uploads: Buffer[] = []
    const answerOf = async (request: IncomingMessage): Promise<string | undefined> => {
      const body = await buffer(request)
      if (request.method === 'PUT') uploads.push(body)
      if (request.method === 'PUT') return ''
      const asked = `${request.url} ${body}`
      return Object.entries(answers).find(([part]) => asked.includes(part))?.[1]
    }
    await using aws = createServer(async (request, response) => {
      const answer = await answerOf(request)
      response.writeHead(answer === undefined ? 403 : 200).end(answer ?? '<Error><Code>AccessDenied</Code></Error>')
    }).listen(0, '127.0.0.1')
    await once(aws, 'listening')
    const outdir = join(work, 'assembly')
    const app = new App({ outdir })
    const code = bundledCode(root, folder)
    new LambdaFunction(new Stack(app, 'Stack', { env }), 'Function', {
      ...{ code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X, architecture: Architecture.ARM_64 },
    })
    app.synth()
    await promisify(execFile)(
      join(root, 'node_modules/.bin/cdk'),
      ['publish-assets', 'Stack', '--app', outdir, '--unstable=publish-assets', '--no-notices'],
      {
        cwd: work,
        env: {
          ...{ PATH: process.env.PATH, HOME: work, CDK_DISABLE_CLI_TELEMETRY: 'true' },
          ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: env.region },
          AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
        },
      },
    )
    const zips = uploads.filter((upload) => upload.subarray(0, 2).toString() === 'PK').map((zip) => unzipSync(zip))
    const texts = zips.map((files) =>
      Object.fromEntries(Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString()])),
    )
    const bundle = bundleFunction(root, folder)
    expect(texts.map((files) => Object.keys(files).sort())).toEqual([Object.keys(bundle).sort()])
    for (const [name, content] of Object.entries(bundle))
      expect({ name, same: texts[0]?.[name] === content }).toEqual({ name, same: true })
    expect(Object.keys(bundle)).toContain('node_modules/mailparser/index.js')
  }, 300_000)
})
