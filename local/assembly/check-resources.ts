import { LocalError } from '../common/errors.ts'
import type { IdleResource } from '../common/local-event.ts'
import type { Deployment } from './deployment.ts'
import type { LocatedResource } from './located-resource.ts'
import { kindOf } from './resource-kinds.ts'

/**
 * Finds the resources that have no effect on one machine. Refuses a resource of an unknown type if it refers to a
 * resource that runs here, because it would change that resource's behaviour. A reference to a resource of an unknown
 * type is refused when it is resolved.
 */
export function idleResources(deployment: Deployment): IdleResource[] {
  const idle: IdleResource[] = []
  for (const resource of deployment.resources) {
    const kind = kindOf(resource.type)
    if (kind?.handling === 'runs') continue
    if (kind === undefined) refuseWhenItActs(deployment, resource)
    idle.push({ path: resource.path, type: resource.type })
  }
  return idle
}

function refuseWhenItActs(deployment: Deployment, resource: LocatedResource): void {
  const acted = deployment.mentions(resource).find((mentioned) => kindOf(mentioned.type)?.handling === 'runs')
  if (acted === undefined) return
  throw new LocalError(
    'assembly',
    `${resource.path} has the type ${resource.type}, which the local run does not support, and it affects ${acted.path}.`,
  )
}
