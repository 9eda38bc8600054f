import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.union([z.string(), z.number()]) })),
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.unknown(), Metadata: z.record(z.string(), z.unknown()).optional() }),
  ),
})
const functionSchema = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) })

export interface BundledFunction {
  /** Its path in the stack, for example `Api/Accounts`. */
  readonly name: string
  /** The folder of its bundle. */
  readonly folder: string
  /** Its environment in the template. References are replaced by placeholders. */
  readonly environment: Readonly<Record<string, string>>
}

/** @returns the functions of a cloud assembly with their bundles */
export const bundledFunctions = (assembly: string): readonly BundledFunction[] => {
  const file = join(assembly, 'PostmasterCollector.template.json')
  const { Parameters, Resources } = templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const settingOf = (value: unknown): string => {
    if (typeof value === 'string') return value
    const reference = z.object({ Ref: z.string() }).safeParse(value)
    const parameter = reference.success ? Parameters[reference.data.Ref] : undefined
    return parameter ? String(parameter.Default) : 'https://placeholder.example.com/0/placeholder'
  }
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties, Metadata }) => {
      const { Variables } = functionSchema.parse(Properties).Environment
      const settings = Object.entries(Variables).map(([key, value]) => [key, settingOf(value)])
      return {
        name: String(Metadata?.['aws:cdk:path']).replace('PostmasterCollector/', '').replace('/Resource', ''),
        folder: join(assembly, String(Metadata?.['aws:asset:path'])),
        environment: { AWS_REGION: 'eu-central-1', ...Object.fromEntries(settings) },
      }
    })
}
