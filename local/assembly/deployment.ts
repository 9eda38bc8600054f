import * as z from 'zod'
import { unsupported } from '../common/errors.ts'
import type { IdleResource } from '../common/local-event.ts'
import { noValue, resolveCondition, resolveValue, type Scope } from './intrinsics.ts'
import { parameterValues } from './parameters.ts'
import type { AssemblyStack } from './read-assembly.ts'
import type { LocatedResource, Place } from './resource-kinds.ts'
import { attributeOf, issuersUrl, kindOf } from './resource-kinds.ts'

/** The stacks of an assembly, deployed together on this machine. */
export class Deployment {
  readonly resources: readonly LocatedResource[]
  readonly #stacks: ReadonlyMap<string, AssemblyStack>
  readonly #scopes = new Map<string, Scope>()
  readonly #byPath = new Map<string, LocatedResource>()

  constructor(stacks: readonly AssemblyStack[], overrides: Readonly<Record<string, string>>, place: Place) {
    this.#stacks = new Map(stacks.map((stack) => [stack.name, stack]))
    const parameters = parameterValues(stacks, overrides)
    for (const stack of stacks) {
      this.#scopes.set(stack.name, this.#scope(stack, parameters.get(stack.name) ?? new Map(), place))
    }
    for (const stack of stacks) {
      for (const [logicalId, { Type, Condition }] of Object.entries(stack.template.Resources)) {
        if (Condition !== undefined && !this.#scopeOf(stack.name).condition(Condition)) continue
        const resource = this.#locate(stack, logicalId, Type, place)
        this.#byPath.set(resource.path, resource)
      }
    }
    this.resources = [...this.#byPath.values()]
  }

  ofType(...types: string[]): LocatedResource[] {
    return this.resources.filter((resource) => types.includes(resource.type))
  }

  /** Resources that an emulator or the runner implements. */
  runningResources(): LocatedResource[] {
    return this.resources.filter((resource) => kindOf(resource.type)?.handling === 'runs')
  }

  /** The value that `Ref` returns for the resource. */
  physicalId(resource: LocatedResource): string {
    return this.#kind(resource).ref(resource)
  }

  attribute(resource: LocatedResource, name: string): string {
    return attributeOf(this.#kind(resource), resource, name)
  }

  /** The folder of a function's code, found by its asset's object key. */
  assetFolder(resource: LocatedResource, objectKey: string): string {
    const folder = this.#stacks.get(resource.stackName)?.assets.get(objectKey)
    if (folder === undefined) {
      throw unsupported(
        `The code of ${resource.path} is not in the assembly. Run \`npm run synth\` to create it again.`,
      )
    }
    return folder
  }

  /** The resources of the same stack to which a resource's properties refer. */
  mentions(resource: LocatedResource): LocatedResource[] {
    const found = new Set<LocatedResource>()
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(walk)
      else if (typeof value === 'object' && value !== null) {
        for (const [key, item] of Object.entries(value)) {
          const id = key === 'Ref' ? item : key === 'Fn::GetAtt' ? (Array.isArray(item) ? item[0] : item) : undefined
          const mentioned =
            typeof id === 'string' ? this.#byPath.get(`${resource.stackName}/${id.split('.')[0]}`) : undefined
          if (mentioned !== undefined) found.add(mentioned)
          walk(item)
        }
      }
    }
    walk(this.#stacks.get(resource.stackName)?.template.Resources[resource.logicalId]?.Properties)
    return [...found]
  }

  /**
   * Resolves the properties that `schema` names. A property that neither `schema` nor `idle` names is an error, so that
   * none is ignored silently.
   */
  read<S extends z.ZodObject>(resource: LocatedResource, schema: S, idle: readonly string[] = []): z.infer<S> {
    const declared = this.#stacks.get(resource.stackName)?.template.Resources[resource.logicalId]?.Properties ?? {}
    const resolved: Record<string, unknown> = {}
    for (const name of Object.keys(declared)) {
      if (name in schema.shape) {
        const value = resource.property(name)
        if (value !== undefined) resolved[name] = value
      } else if (!idle.includes(name) && name !== 'Tags') {
        throw unsupported(
          `${resource.path} (${resource.type}) uses the property ${name}, which the local run does not support.`,
        )
      }
    }
    const parsed = schema.safeParse(resolved)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw unsupported(
      `${resource.path} (${resource.type}) has a property that the local run does not support (${issue?.path.join('.')}): ${issue?.message}.`,
    )
  }

  #kind(resource: LocatedResource) {
    const kind = kindOf(resource.type)
    if (kind === undefined) {
      throw unsupported(
        `Another resource refers to ${resource.path}, whose type ${resource.type} the local run does not support.`,
      )
    }
    return kind
  }

  #scopeOf(stackName: string): Scope {
    const scope = this.#scopes.get(stackName)
    if (scope === undefined) throw unsupported(`The assembly has no stack ${stackName}.`)
    return scope
  }

  #locate(stack: AssemblyStack, logicalId: string, type: string, place: Place): LocatedResource {
    const path = `${stack.name}/${logicalId}`
    const property = (name: string): unknown => {
      const raw = stack.template.Resources[logicalId]?.Properties[name]
      const value = resolveValue(raw, this.#scopeOf(stack.name), `${path} (${type}), property ${name},`)
      return value === noValue ? undefined : value
    }
    const physicalName = (name: string, limit: number): string => {
      const declared = property(name)
      if (declared !== undefined) return String(declared)
      const whole = `${stack.name}-${logicalId}`
      return whole.length <= limit ? whole : `${stack.name.slice(0, limit - 33)}-${logicalId.slice(-32)}`
    }
    return { stackName: stack.name, logicalId, type, path, place, property, physicalName }
  }

  #scope(stack: AssemblyStack, parameters: Scope['parameters'], place: Place): Scope {
    const reference = (logicalId: string): LocatedResource => {
      const resource = this.#byPath.get(`${stack.name}/${logicalId}`)
      if (resource === undefined) {
        throw unsupported(
          `${stack.name} refers to ${logicalId}, which is not in the template or is disabled by its condition.`,
        )
      }
      return resource
    }
    const scope: Scope = {
      stackName: stack.name,
      parameters,
      pseudo: {
        'AWS::Region': place.region,
        'AWS::AccountId': place.accountId,
        'AWS::Partition': 'aws',
        'AWS::URLSuffix': 'amazonaws.com',
        'AWS::StackName': stack.name,
        'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stack.name}/local`,
      },
      condition: (name) => {
        if (!(name in stack.template.Conditions)) throw unsupported(`${stack.name} has no condition ${name}.`)
        return resolveCondition(stack.template.Conditions[name], scope, `${stack.name}, condition ${name},`)
      },
      ref: (logicalId) => this.physicalId(reference(logicalId)),
      attribute: (logicalId, name) => this.attribute(reference(logicalId), name),
      importValue: (name) => this.#exported(name),
      mapping: (map, key, name) => {
        const value = stack.template.Mappings[map]?.[key]?.[name]
        if (value === undefined) throw unsupported(`${stack.name} has no mapping ${map}/${key}/${name}.`)
        return value
      },
      localise: (value) => {
        if (!value.includes('.amazonaws.com')) return value
        return value
          .replace(/https:\/\/[\w-]+\.execute-api\.[\w-]+\.amazonaws\.com/g, place.apiUrl)
          .replace(/https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com(?=\/|$)/g, issuersUrl(place))
      },
    }
    return scope
  }

  #exported(name: string): unknown {
    for (const stack of this.#stacks.values()) {
      const scope = this.#scopeOf(stack.name)
      for (const [id, output] of Object.entries(stack.template.Outputs)) {
        if (output.Export === undefined) continue
        if (output.Condition !== undefined && !scope.condition(output.Condition)) continue
        const where = `${stack.name}, output ${id},`
        if (resolveValue(output.Export.Name, scope, where) === name) return resolveValue(output.Value, scope, where)
      }
    }
    throw unsupported(`A stack imports ${name}, which no stack of the assembly exports.`)
  }
}

export const flag = z.union([z.boolean(), z.enum(['true', 'false'])]).transform((value) => String(value) === 'true')
export const count = z.coerce.number().int().nonnegative()

/**
 * Finds the resources that have no effect on one machine. Refuses a resource of an unknown type if it refers to a
 * resource that runs here, because it would change that resource's behaviour. A reference to a resource of an unknown
 * type is refused when it is resolved.
 */
export const idleResources = (deployment: Deployment): IdleResource[] => {
  const idle: IdleResource[] = []
  for (const resource of deployment.resources) {
    const kind = kindOf(resource.type)
    if (kind !== undefined && kind.handling !== 'idle') continue
    if (kind === undefined) refuseWhenItActs(deployment, resource)
    idle.push({ path: resource.path, type: resource.type })
  }
  return idle
}

const refuseWhenItActs = (deployment: Deployment, resource: LocatedResource): void => {
  const acted = deployment.mentions(resource).find((mentioned) => kindOf(mentioned.type)?.handling === 'runs')
  if (acted === undefined) return
  throw unsupported(
    `${resource.path} has the type ${resource.type}, which the local run does not support, and it affects ${acted.path}.`,
  )
}
