import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { count, type Deployment } from '../assembly/deployment.ts'
import type { LocatedResource } from '../assembly/resource-kinds.ts'
import { unsupported } from '../common/errors.ts'

/** A function, as declared in the template. */
export interface FunctionSettings {
  /** The logical id, which is also the function's access key id. */
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly roleArn: string
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
  Role: z.string(),
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

/** Properties without an effect on one machine. For example, /tmp is as large as the disk. */
const idle = [
  'Architectures',
  'Description',
  'EphemeralStorage',
  'FunctionName',
  'KmsKeyArn',
  'TracingConfig',
  'RecursiveLoop',
  'DeadLetterConfig',
]

export const functionSettings = (deployment: Deployment): FunctionSettings[] => {
  const resources = deployment.ofType('AWS::Lambda::Function')
  return resources.map((resource) => {
    const twin = resources.some((other) => other !== resource && other.logicalId === resource.logicalId)
    return settingsOf(deployment, resource, twin ? `${resource.stackName}-${resource.logicalId}` : resource.logicalId)
  })
}

const settingsOf = (deployment: Deployment, resource: LocatedResource, id: string): FunctionSettings => {
  const declared = deployment.read(resource, properties, idle)
  if (!declared.Runtime.startsWith('nodejs')) {
    throw unsupported(`${resource.path} uses the runtime ${declared.Runtime}. The local run supports only Node.`)
  }
  const name = deployment.physicalId(resource)
  const codeFolder = deployment.assetFolder(resource, declared.Code.S3Key)
  if (!existsSync(codeFolder)) {
    throw unsupported(
      `The bundle of ${resource.path}, ${codeFolder}, is missing. Run \`npm run synth\` to create it again.`,
    )
  }
  const file = declared.Handler.slice(0, declared.Handler.lastIndexOf('.'))
  if (!['.mjs', '.js', '.cjs'].some((extension) => existsSync(join(codeFolder, file + extension)))) {
    throw unsupported(
      `${codeFolder} does not contain ${file}.mjs, the handler of ${resource.path}. Run \`npm run synth\`.`,
    )
  }
  return {
    id,
    name,
    arn: deployment.attribute(resource, 'Arn'),
    roleArn: declared.Role,
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
