import * as z from 'zod'
import { unsupported } from '../common/errors.ts'
import { checkConditionKeys } from './condition-keys.ts'
import { type Condition, compileConditions, isLike } from './conditions.ts'

interface Pattern {
  /** As in the policy. */
  readonly text: string
  matches(value: string): boolean
}

/** A statement of a policy, ready for evaluation. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  /** They match an action in lower case, because IAM does not distinguish the case of actions. */
  readonly actions: readonly Pattern[]
  readonly resources: readonly Pattern[]
  readonly condition: Condition
  /** Undefined for a statement of a role's policy, which applies to the role. */
  readonly principal: unknown
}

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())
const values = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))])
  .transform((value) => [value].flat().map(String))

/** `NotAction` and `NotPrincipal` are refused, because the templates have no use for them. */
const documentSchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.enum(['Allow', 'Deny']),
      Principal: z.unknown().optional(),
      Action: oneOrMore,
      Resource: oneOrMore.optional(),
      NotResource: oneOrMore.optional(),
      Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
    }),
  ),
})

/**
 * Compiles a policy document without references.
 * @throws LocalError for an element that the local run does not support
 */
export const compilePolicy = (document: unknown, where: string): Statement[] => {
  const parsed = documentSchema.safeParse(document)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw unsupported(
      `${where} has an element that the local run does not support (${issue?.path.join('.')}): ${issue?.message}.`,
    )
  }
  // A service's own requests never pass the local run, and a statement about them has keys that others do not have.
  return parsed.data.Statement.filter(({ Principal }) => !isService(Principal)).map((statement) => {
    const { Effect, Action, Condition, Principal } = statement
    const variable = JSON.stringify([statement.Resource, statement.NotResource, Condition]).includes('${')
    if (variable) throw unsupported(`${where} uses a policy variable, which the local run does not support.`)
    checkConditionKeys(Action, Condition, where)
    return {
      effect: Effect,
      actions: Action.map((text) => ({ text, matches: isLike(text.toLowerCase()) })),
      resources: resourcesOf(statement, where),
      condition: compileConditions(Condition, where),
      principal: Principal,
    }
  })
}

const resourcesOf = (
  { Resource, NotResource }: { Resource?: string[] | undefined; NotResource?: string[] | undefined },
  where: string,
): Pattern[] => {
  if ((Resource === undefined) === (NotResource === undefined))
    throw unsupported(`${where} has a statement without exactly one of Resource and NotResource.`)
  if (NotResource === undefined) return (Resource ?? []).map((text) => ({ text, matches: isLike(text) }))
  const excluded = NotResource.map(isLike)
  return [{ text: `not ${NotResource.join(', ')}`, matches: (value) => !excluded.some((matches) => matches(value)) }]
}

const isService = (principal: unknown): boolean =>
  typeof principal === 'object' && principal !== null && Object.keys(principal).join() === 'Service'
