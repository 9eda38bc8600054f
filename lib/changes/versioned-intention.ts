import type { Actor } from '../audit/actor.ts'
import { type Intention, whoOf } from '../audit/audit-entry.ts'
import { type AuditedFields, fieldChanges } from '../audit/field-changes.ts'
import { withoutStamp } from './versioned-change.ts'

type Versioned = AuditedFields & Parameters<typeof withoutStamp>[0] & { readonly version: number }

export interface VersionedChange<Thing> {
  readonly action: 'create' | 'change' | 'delete'
  readonly by: Actor
  readonly before: Thing | undefined
  readonly after: Thing | undefined
  readonly named: (thing: Thing) => readonly [subject: string, name: string]
  /** Fields for which the entry only records that they changed. */
  readonly secrets?: readonly string[]
}

/** @returns the intention to record for a change of an object that has versions */
export const versionedIntention = <Thing extends Versioned>({
  action,
  by,
  before,
  after,
  named,
  secrets = [],
}: VersionedChange<Thing>): Intention => {
  const thing = after ?? before
  if (!thing) throw new Error('A change requires a state before or after it')
  const [subject, name] = named(thing)
  const changes = fieldChanges(before && settingsOf(before), after && settingsOf(after), secrets)
  return { ...whoOf(by), action, subject, name, version: thing.version, changes }
}

/** @returns the fields without the version, the times and the persons that follow from the change itself */
const settingsOf = (thing: Versioned): AuditedFields => {
  const { version: _, ...rest } = withoutStamp(thing)
  return rest
}
