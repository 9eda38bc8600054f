import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { afterAll, expect, it } from 'vitest'
import { postmasterApp } from '../../cdk/postmaster-app.ts'

const outdir = mkdtempSync(join(tmpdir(), 'postmaster-checks-'))
afterAll(() => rmSync(outdir, { recursive: true, force: true }))

it('the synthesis reports the findings of each pack of cdk-nag that are not acknowledged, and no others', () => {
  const { app, stateful } = postmasterApp({
    outdir,
    builtinCloudFormationValidation: false,
    context: { 'aws:cdk:bundling-stacks': [] },
  })
  new Bucket(stateful, 'Careless')
  new LambdaFunction(stateful, 'Hasty', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => undefined'),
  })
  let report = ''
  try {
    app.synth()
  } catch (error) {
    report = String(error)
  }
  expect(report).toMatch(/AwsSolutions-S1[\s\S]+PostmasterStateful\/Careless/)
  expect(report).toMatch(/Serverless-LambdaDLQ[\s\S]+PostmasterStateful\/Hasty/)
  const found = report.matchAll(/Postmaster(?:Stateful|Collector)\/[A-Za-z0-9/]+/g)
  expect([...found].filter(([path]) => !/\/(Careless|Hasty)/.test(path))).toEqual([])
})
