import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard'
import type { App } from 'aws-cdk-lib'
import * as z from 'zod'

export interface Finding {
  /** The rule's name in AWS Control Tower, for example `CT.S3.PR.2`. */
  readonly rule: string
  /** The construct path of the resource, or its logical id if the template contains no path. */
  readonly resource: string
}

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Metadata: z.object({ 'aws:cdk:path': z.string().optional() }).optional() }),
  ),
})

const rulesFolder = join(
  dirname(fileURLToPath(import.meta.resolve('@cdklabs/cdk-validator-cfnguard'))),
  '../rules/control-tower/cfn-guard',
)

/**
 * The findings of AWS Control Tower's proactive controls, which CloudFormation Guard evaluates.
 * https://docs.aws.amazon.com/controltower/latest/controlreference/proactive-controls.html
 */
export const controlTowerFindings = (app: App, templatePaths: string[]): Finding[] => {
  const resources = new Map(templatePaths.flatMap((path) => Object.entries(resourcesOf(path))))
  const types = new Set([...resources.values()].map(({ Type }) => Type))
  const guard = new CfnGuardValidator({ controlTowerRulesEnabled: false, rules: rulesFor(types) })
  const { violations } = guard.validate({ templatePaths, appConstruct: app })
  return violations.flatMap(({ description, violatingResources }) => {
    const rule = /\[(CT\.[A-Z0-9.]+)\]/.exec(description)?.[1] ?? description
    const named = violatingResources.flatMap(({ resourceLogicalId }) => resourceLogicalId ?? [])
    return [...new Set(named)].map((id) => ({ rule, resource: pathOf(id, resources.get(id)) }))
  })
}

const resourcesOf = (path: string) => templateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).Resources

const pathOf = (id: string, resource: z.infer<typeof templateSchema>['Resources'][string] | undefined): string =>
  resource?.Metadata?.['aws:cdk:path']?.replace(/^[^/]+\//, '').replace(/\/Resource$/, '') ?? id

/**
 * The rules about these types of resources. The others have nothing to check, but reading the templates for each of the
 * more than 200 rules takes minutes.
 */
export const rulesFor = (types: ReadonlySet<string>): string[] =>
  readdirSync(rulesFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.guard'))
    .map((file) => join(rulesFolder, file))
    .filter((file) => {
      const declared = readFileSync(file, 'utf8').matchAll(/^let [A-Z0-9_]+ = "(AWS::\w+::\w+)"/gm)
      const checked = [...declared].map(([, type = '']) => type)
      return checked.length === 0 || checked.some((type) => types.has(type))
    })
