import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { afterEach, describe, expect, it } from 'vitest'
import { postmasterApp } from '../../cdk/postmaster-app.ts'

describe('the checks of cdk-nag', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'postmaster-checks-'))

  afterEach(() => rmSync(outdir, { recursive: true, force: true }))

  it('cdk-nag’s checks fail the synthesis if a finding about a resource is not acknowledged', () => {
    const { app, stateful } = postmasterApp({
      outdir,
      builtinCloudFormationValidation: false,
      context: { 'aws:cdk:bundling-stacks': [] },
    })
    new Bucket(stateful, 'Careless')
    expect(() => app.synth()).toThrow(/PostmasterStateful\/Careless[\s\S]+AwsSolutions-S1/)
  })
})
