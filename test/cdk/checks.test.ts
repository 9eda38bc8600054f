import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { afterEach, describe, expect, it } from 'vitest'
import { postmasterApp } from '../../cdk/postmaster-app.ts'

describe('the checks of cdk-nag', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'postmaster-checks-'))
  const exitCode = process.exitCode

  afterEach(() => {
    // A finding sets it, so that `cdk synth` fails; here the finding is what we want.
    process.exitCode = exitCode
    rmSync(outdir, { recursive: true, force: true })
  })

  it('fail the synthesis over a resource nobody gave a thought to', () => {
    const { app, stateful } = postmasterApp({ outdir, context: { 'aws:cdk:bundling-stacks': [] } })
    new Bucket(stateful, 'Careless')
    app.synth()
    expect(process.exitCode).toBe(1)
    const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8')
    expect(report).toContain('AwsSolutions-S1')
    expect(report).toContain('Careless')
  })
})
