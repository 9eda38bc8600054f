import type { Template } from 'aws-cdk-lib/assertions'
import * as z from 'zod'
import { pathOf, type Resource, resourcesByPath, type Templates } from './synthesised.ts'

export interface Permission {
  readonly action: string
  /** The resource as a construct path, for example `Tables/Accounts/index/by-name`. */
  readonly resource: string
  /** The statement's condition, with references as construct paths. */
  readonly condition?: Conditions
}

/** Values by operator and condition key, e.g. `{ StringEquals: { 'aws:SourceAccount': ['<AWS::AccountId>'] } }`. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())
const policySchema = z.object({
  Roles: z.tuple([z.object({ Ref: z.string() })]),
  PolicyDocument: z.object({
    Statement: z.array(
      z.strictObject({
        Effect: z.literal('Allow'),
        Action: oneOrMore,
        Resource: z.unknown(),
        Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
      }),
    ),
  }),
})

/** The permissions of each function's role, by the function's construct path. */
export const permissionsByFunction = ({ stateful, collector }: Templates): Map<string, Permission[]> => {
  const roles = collector.findResources('AWS::IAM::Role') as Record<string, Resource>
  const functions = new Map<string, Permission[]>()
  for (const policy of resourcesByPath(collector, 'AWS::IAM::Policy').values()) {
    const { Roles, PolicyDocument } = policySchema.parse(policy.Properties)
    const role = roles[Roles[0].Ref]
    if (!role) throw new Error(`no role ${Roles[0].Ref}`)
    const named = (value: unknown): string => nameOf(value, collector, stateful)
    const held = PolicyDocument.Statement.flatMap(({ Action, Resource, Condition }) =>
      Action.flatMap((action) =>
        [Resource].flat().map((resource) => ({
          action,
          resource: named(resource),
          ...(Condition && { condition: conditionsOf(Condition, named) }),
        })),
      ),
    )
    const name = pathOf(role).replace(/Role$/, '')
    functions.set(name, [...(functions.get(name) ?? []), ...held])
  }
  return functions
}

const conditionsOf = (
  condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  named: (value: unknown) => string,
): Conditions =>
  Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, [value].flat().map(named)])),
    ]),
  )

/** Converts an ARN in the template. Every reference is replaced by the path of its target. */
const nameOf = (value: unknown, template: Template, imports: Template): string => {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) throw new Error(`not an ARN: ${JSON.stringify(value)}`)
  const [[operator, operand] = []] = Object.entries(value)
  const resources = template.toJSON().Resources as Record<string, Resource>
  const target = resources[String(operator === 'Fn::GetAtt' ? (operand as unknown[])[0] : operand)]
  if (target) return pathOf(target)
  if (operator === 'Ref') return `<${operand}>`
  if (operator === 'Fn::Join')
    return (operand as [string, unknown[]])[1].map((part) => nameOf(part, template, imports)).join('')
  if (operator === 'Fn::Select') {
    const [index, items] = operand as [number, unknown]
    return `item ${index} of ${nameOf(items, template, imports)}`
  }
  if (operator === 'Fn::Split')
    return (operand as [string, unknown]).map((part) => nameOf(part, template, imports)).join(' in ')
  if (operator === 'Fn::ImportValue') return nameOf(exported(String(operand), imports), imports, imports)
  throw new Error(`cannot name ${JSON.stringify(value)}`)
}

const exported = (name: string, template: Template): unknown => {
  const outputs = template.toJSON().Outputs as Record<string, { Value: unknown; Export?: { Name: string } }>
  const output = Object.values(outputs).find(({ Export }) => Export?.Name === name)
  if (!output) throw new Error(`nothing is exported as ${name}`)
  return output.Value
}
