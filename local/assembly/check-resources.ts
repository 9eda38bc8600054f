import { LocalError } from '../common/errors.ts'
import type { IdleResource } from '../common/local-event.ts'
import type { Deployment } from './deployment.ts'
import type { LocatedResource } from './located-resource.ts'
import { kindOf } from './resource-kinds.ts'

/**
 * The resources that do nothing on one machine. One of an unknown type is refused when it names a resource that runs
 * here, because it would change what that does; that something refers to it is refused where the reference is resolved.
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
    `${resource.path} has the type ${resource.type}, which the local run does not know, and it acts on ${acted.path}.`,
  )
}
