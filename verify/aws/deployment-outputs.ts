import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { CliError, exitCodes } from '../../cli/terminal/cli-error.ts'

const collectorSchema = z.looseObject({
  ApiUrl: z.url(),
  AdminPageUrl: z.url(),
  DeadLettersUrl: z.url(),
  DeliveryDeadLettersUrl: z.url(),
  PlanDeadLettersUrl: z.url(),
  FailedEventsUrl: z.url(),
})
const statefulSchema = z.looseObject({
  AnnouncementTopicArn: z.string(),
  NoticesTopicArn: z.string(),
  RawBucketName: z.string(),
  /** Absent with an OIDC issuer of one's own. */
  Issuer: z.url().optional(),
  UserPoolClientId: z.string().optional(),
})
const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()))

/** What `cdk deploy --outputs-file` says about one deployment. */
export interface DeploymentOutputs {
  readonly partition: string
  readonly region: string
  readonly accountId: string
  readonly collector: { readonly stack: string; readonly outputs: z.infer<typeof collectorSchema> }
  readonly stateful: { readonly stack: string; readonly outputs: z.infer<typeof statefulSchema> }
}

/** @throws CliError if the file does not contain the outputs of exactly one deployment */
export const readOutputs = (file: string): DeploymentOutputs => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw unusable(`${file} cannot be read.`)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw unusable(`${file} is not JSON.`)
  }
  const stacks = outputsSchema.safeParse(json)
  if (!stacks.success) throw unusable(`${file} does not contain the outputs of stacks.`)
  const collector = onlyStack(file, stacks.data, 'ApiUrl', collectorSchema)
  const stateful = onlyStack(file, stacks.data, 'AnnouncementTopicArn', statefulSchema)
  const [, partition = '', , region = '', accountId = ''] = stateful.outputs.AnnouncementTopicArn.split(':')
  return { partition, region, accountId, collector, stateful }
}

const onlyStack = <T>(
  file: string,
  stacks: z.infer<typeof outputsSchema>,
  telling: string,
  schema: z.ZodType<T>,
): { stack: string; outputs: T } => {
  const [first, second] = Object.entries(stacks).filter(([, outputs]) => telling in outputs)
  if (first === undefined)
    throw unusable(`${file} has no stack with the output ${telling}. Deploy both stacks with --all.`)
  if (second !== undefined)
    throw unusable(
      `${file} contains more than one deployment: ${first[0]} and ${second[0]}. Use one file for each stage.`,
    )
  const [stack, outputs] = first
  const parsed = schema.safeParse(outputs)
  if (!parsed.success)
    throw unusable(
      `${file} lacks outputs of the stack ${stack}: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}.`,
    )
  return { stack, outputs: parsed.data }
}

const unusable = (detail: string): CliError =>
  new CliError(`${detail}\nCreate the file with: npx cdk deploy --all --outputs-file outputs.json`, exitCodes.usage)
