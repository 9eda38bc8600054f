import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { count, type Deployment } from '../assembly/deployment.ts'
import type { LocatedResource } from '../assembly/located-resource.ts'
import { LocalError } from '../common/errors.ts'

/** A function as the template declares it. */
export interface FunctionSettings {
  /** The logical id, which is the function's access key id as well. */
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly runtime: string
  readonly handler: string
  readonly codeFolder: string
  readonly memoryMb: number
  readonly timeoutMs: number
  readonly variables: Readonly<Record<string, string>>
  readonly logGroup: string
  readonly logFormat: 'Text' | 'JSON'
  readonly logLevel: string | undefined
  readonly reservedConcurrency: number | undefined
}

const properties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string(),
  MemorySize: count.default(128),
  Timeout: count.default(3),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
  LoggingConfig: z
    .object({
      LogFormat: z.enum(['Text', 'JSON']).default('Text'),
      ApplicationLogLevel: z.string().optional(),
      SystemLogLevel: z.string().optional(),
      LogGroup: z.string().optional(),
    })
    .default({ LogFormat: 'Text' }),
  ReservedConcurrentExecutions: count.optional(),
  PackageType: z.literal('Zip').optional(),
  Layers: z.array(z.unknown()).length(0).optional(),
})

/** Nothing to do on one machine. The role is for the one who enforces it; /tmp has the disk's size. */
const idle = [
  'Architectures',
  'Description',
  'EphemeralStorage',
  'FunctionName',
  'KmsKeyArn',
  'Role',
  'TracingConfig',
  'RecursiveLoop',
  'DeadLetterConfig',
]

export function functionSettings(deployment: Deployment): FunctionSettings[] {
  const resources = deployment.ofType('AWS::Lambda::Function')
  return resources.map((resource) => {
    const twin = resources.some((other) => other !== resource && other.logicalId === resource.logicalId)
    return settingsOf(deployment, resource, twin ? `${resource.stackName}-${resource.logicalId}` : resource.logicalId)
  })
}

function settingsOf(deployment: Deployment, resource: LocatedResource, id: string): FunctionSettings {
  const declared = deployment.read(resource, properties, idle)
  if (!declared.Runtime.startsWith('nodejs')) {
    throw new LocalError('assembly', `${resource.path} runs on ${declared.Runtime}; the local run has Node only.`)
  }
  const name = deployment.physicalId(resource)
  const codeFolder = deployment.assetFolder(resource, declared.Code.S3Key)
  if (!existsSync(codeFolder)) {
    throw new LocalError(
      'assembly',
      `The bundle of ${resource.path}, ${codeFolder}, is missing; run \`npm run synth\` to write it anew.`,
    )
  }
  const file = declared.Handler.slice(0, declared.Handler.lastIndexOf('.'))
  if (!['.mjs', '.js', '.cjs'].some((extension) => existsSync(join(codeFolder, file + extension)))) {
    throw new LocalError(
      'assembly',
      `${codeFolder} has no ${file}.mjs, which ${resource.path} names as its handler; run \`npm run synth\`.`,
    )
  }
  return {
    id,
    name,
    arn: deployment.attribute(resource, 'Arn'),
    runtime: declared.Runtime,
    handler: declared.Handler,
    codeFolder,
    memoryMb: declared.MemorySize,
    timeoutMs: declared.Timeout * 1000,
    variables: declared.Environment.Variables,
    logGroup: declared.LoggingConfig.LogGroup ?? `/aws/lambda/${name}`,
    logFormat: declared.LoggingConfig.LogFormat,
    logLevel: declared.LoggingConfig.ApplicationLogLevel,
    reservedConcurrency: declared.ReservedConcurrentExecutions,
  }
}
