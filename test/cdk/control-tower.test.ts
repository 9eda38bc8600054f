import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, matchesGlob } from 'node:path'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postmasterApp } from '../../cdk/postmaster-app.ts'
import { controlTowerFindings, type Finding } from './control-tower.ts'

interface Exception {
  readonly rule: string
  /** Construct paths, in which `*` stands for any text. */
  readonly resources: readonly string[]
}

/** CloudFormation Guard needs 15 seconds of a processor, and several minutes on a busy machine. */
const guardLimitMs = 600_000

const document = readFileSync(new URL('../../docs/security-checks.md', import.meta.url), 'utf8')
const exceptions: Exception[] = [...document.matchAll(/^\| (CT\.[A-Z0-9.]+) +\| (.+?) +\| \S.* \|$/gm)].map(
  ([, rule = '', resources = '']) => ({
    rule,
    resources: [...resources.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
  }),
)

const matches = (pattern: string, path: string): boolean =>
  matchesGlob(path.replaceAll('/', ':'), pattern.replaceAll('/', ':'))
const isException = ({ rule, resource }: Finding): boolean =>
  exceptions.some((one) => one.rule === rule && one.resources.some((pattern) => matches(pattern, resource)))

// CloudFormation Guard has no program for Windows.
describe.skipIf(process.platform === 'win32')('the proactive controls of AWS Control Tower', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'postmaster-controls-'))
  let findings: Finding[]

  beforeAll(() => {
    const { app, stateful } = postmasterApp({
      outdir,
      builtinCloudFormationValidation: false,
      context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true },
    })
    // An unencrypted queue would be found as well, but S3 has the most controls.
    new Bucket(stateful, 'Careless', { bucketName: 'careless' })
    // The checks of cdk-nag refuse the bucket after the templates have been written.
    expect(() => app.synth()).toThrow('Careless')
    const templates = readdirSync(outdir).filter((name) => name.endsWith('.template.json'))
    findings = controlTowerFindings(
      app,
      templates.map((name) => join(outdir, name)),
    )
  }, guardLimitMs)
  afterAll(() => rmSync(outdir, { recursive: true, force: true }))

  it('a resource that violates a control is found', () => {
    const careless = findings.filter(({ resource }) => resource === 'Careless').map(({ rule }) => rule)
    expect(careless).toEqual(expect.arrayContaining(['CT.S3.PR.1', 'CT.S3.PR.2', 'CT.S3.PR.11']))
  })

  it('docs/security-checks.md gives a reason for each resource that violates a control', () => {
    expect(findings.filter((one) => one.resource !== 'Careless' && !isException(one))).toEqual([])
  })

  it('docs/security-checks.md lists no control and no resource that violates nothing', () => {
    const unused = exceptions.flatMap(({ rule, resources }) =>
      resources
        .filter((pattern) => !findings.some((one) => one.rule === rule && matches(pattern, one.resource)))
        .map((pattern) => `${rule} ${pattern}`),
    )
    expect(exceptions.length).toBeGreaterThan(5)
    expect(unused).toEqual([])
  })
})
