import type { LocalEvent } from '../common/local-event.ts'
import type { ServiceCall } from '../emulators/signed-calls/service-call.ts'
import type { Denial } from '../emulators/signed-calls/service-error.ts'
import { type AccessRequest, type Surroundings, UnknownCall } from './access-request.ts'
import { commonKeys } from './condition-keys.ts'
import { requestKeys } from './conditions.ts'
import { type Decision, evaluate, type Grant } from './evaluate.ts'
import { requestsOf } from './requests/requests-of.ts'
import type { Statement } from './statement.ts'

/** A function as a caller. */
export interface Caller {
  /** The function's access key id. */
  readonly id: string
  readonly name: string
  readonly roleArn: string
}

/** A granted action on a granted resource, and whether a request has needed it so far. */
export interface GrantUse extends Grant {
  readonly functionId: string
  readonly used: boolean
}

interface Role {
  readonly caller: Caller
  readonly statements: readonly Statement[]
  readonly used: Set<string>
}

/**
 * Evaluates the policies of the templates for each call of a function, as IAM does in AWS. Callers that are not
 * functions of the templates are the run itself and tests, which have no role.
 */
export class PolicyCheck {
  readonly #roles: ReadonlyMap<string, Role>
  readonly #resourcePolicies: ReadonlyMap<string, readonly Statement[]>
  readonly #surroundings: Surroundings
  readonly #onEvent: (event: LocalEvent) => void

  constructor(options: {
    readonly callers: readonly Caller[]
    readonly rolePolicies: ReadonlyMap<string, readonly Statement[]>
    readonly resourcePolicies: ReadonlyMap<string, readonly Statement[]>
    readonly surroundings: Surroundings
    readonly onEvent: (event: LocalEvent) => void
  }) {
    this.#roles = new Map(
      options.callers.map((caller) => {
        const statements = options.rolePolicies.get(caller.roleArn) ?? []
        return [caller.id, { caller, statements, used: new Set<string>() }]
      }),
    )
    this.#resourcePolicies = options.resourcePolicies
    this.#surroundings = options.surroundings
    this.#onEvent = options.onEvent
  }

  /** @returns undefined if the call is allowed */
  check(call: ServiceCall): Denial | undefined {
    const role = this.#roles.get(call.accessKeyId)
    if (role === undefined) return undefined
    const denial = this.#denialOf(role, call)
    if (denial !== undefined)
      this.#onEvent({
        type: 'denied',
        functionId: role.caller.id,
        functionName: role.caller.name,
        action: denial.action,
        resource: denial.resource,
        message: denial.message,
      })
    return denial
  }

  /**
   * Evaluates a request that Lambda itself makes with a function's role, for example to write its log.
   * @returns undefined if the request is allowed, otherwise the message of the denial
   */
  checkFor(functionId: string, request: AccessRequest): string | undefined {
    const role = this.#roles.get(functionId)
    return role === undefined ? undefined : this.#denied(role, request)?.message
  }

  /** The grants of all functions. */
  grantUses(): GrantUse[] {
    return [...this.#roles.values()].flatMap(({ caller, statements, used }) => {
      const granted = statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap(({ actions, resources }) =>
          actions.flatMap((action) => resources.map((resource) => ({ action: action.text, resource: resource.text }))),
        )
      const unique = new Map(granted.map((grant) => [nameOf(grant), grant]))
      return [...unique].map(([name, grant]) => ({ functionId: caller.id, ...grant, used: used.has(name) }))
    })
  }

  #denialOf(role: Role, call: ServiceCall): Denial | undefined {
    let requests: readonly AccessRequest[]
    try {
      requests = requestsOf(call, this.#surroundings)
    } catch (error) {
      if (!(error instanceof UnknownCall)) throw error
      return { action: `${call.service}:${call.operation ?? call.method}`, resource: '*', message: error.message }
    }
    for (const request of requests) {
      const denial = this.#denied(role, request)
      if (denial !== undefined) return denial
    }
    return undefined
  }

  #denied({ caller, statements, used }: Role, request: AccessRequest): Denial | undefined {
    const { action, resource } = request
    const decision = this.#evaluate(caller, statements, request)
    if (decision.allowed) {
      for (const grant of decision.grants) used.add(nameOf(grant))
      return undefined
    }
    const { accountId } = this.#surroundings
    const user = `arn:aws:sts::${accountId}:assumed-role/${caller.roleArn.split('/').at(-1)}/${caller.name}`
    const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${decision.because}`
    return { action, resource, message }
  }

  #evaluate({ roleArn }: Caller, identity: readonly Statement[], request: AccessRequest): Decision {
    const { accountId } = this.#surroundings
    // A bucket's policy also applies to its objects.
    const owner = request.resource.startsWith('arn:aws:s3:::') ? request.resource.split('/')[0] : request.resource
    const resource = this.#resourcePolicies.get(owner ?? '') ?? []
    const keys = requestKeys(commonKeys(this.#surroundings, roleArn), request.keys)
    return evaluate(request, keys, { roleArn, accountId }, { identity, resource })
  }
}

const nameOf = ({ action, resource }: Grant): string => `${action} ${resource}`
