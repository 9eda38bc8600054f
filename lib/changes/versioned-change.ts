import { isDeepStrictEqual } from 'node:util'
import type { Actor, FieldChange } from '../audit/audit-entry.ts'
import type { AuditTrail, Intention } from '../audit/audit-trail.ts'
import { ProblemError } from '../reasons/problem.ts'
import type { Clock } from '../text/clock.ts'

/** The version that a change is based on. `any` overwrites any version (`If-Match: *`). */
export type ExpectedVersion = number | 'any'

/** The version that a change applies to, and the person or program that makes the change. */
export interface ChangeBy {
  readonly expected: ExpectedVersion
  readonly by: Actor
}

/** A view, and the version for its ETag. */
export interface Versioned<View> {
  readonly view: View
  readonly version: number
}

/** The fields of an object that follow from its creation and its latest change. */
export interface Stamp {
  readonly version: number
  readonly createdAt: string
  readonly createdBy: string
  readonly createdBySub?: string | undefined
  readonly changedAt: string
  readonly changedBy: string
  readonly changedBySub?: string | undefined
}

type Fields = Readonly<Record<string, unknown>>

/** How the audit trail records an object. */
export interface Audited {
  /** The object's path in the API. */
  readonly subject: string
  /** The object's name for people. */
  readonly name: string
  /** The fields to compare. The stamp is left out, because it follows from the change itself. */
  readonly fields: Stamp & Fields
  /** Fields that are only compared. The entry records that they changed, but not their values. */
  readonly secrets?: readonly string[]
}

/** An object that admins change. */
export interface Changeable<Thing extends Stamp> {
  /** @throws ProblemError `not-found` */
  readonly read: () => Promise<Thing>
  readonly audited: (thing: Thing) => Audited
}

/** One attempt at a change, based on the version that was read. */
export interface Prepared<Thing> {
  /** The object after the change; absent if the change deletes it. */
  readonly after?: Thing
  /**
   * Makes the change unless the object has changed since it was read. `unchanged`: there is nothing to write and nothing
   * to record.
   * @returns false if the object has changed
   */
  readonly write: (() => Promise<boolean>) | 'unchanged'
}

interface ChangeServices {
  readonly audit: AuditTrail
  readonly now: Clock
}

/**
 * With `If-Match: *`, a change that conflicts with another one is repeated on top of it, up to this number of attempts.
 */
const overtakenAttempts = 5

/**
 * Records the creation of an object and writes it.
 * @param write returns false if the object cannot be created, for example because its name is taken
 * @returns the result of `write`
 */
export const createVersioned = async <Thing extends Stamp>(
  { audit }: Pick<ChangeServices, 'audit'>,
  { thing, audited, by }: { readonly thing: Thing; readonly audited: (thing: Thing) => Audited; readonly by: Actor },
  write: () => Promise<boolean>,
): Promise<boolean> => {
  const created = audited(thing)
  return await audit.record(intentionOf('create', by, created, {}, created.fields), write, Boolean)
}

/**
 * Changes or deletes an object. Each attempt reads the object, checks the version, prepares the change, records it in
 * the audit trail and then writes. The audit entry is settled before this function returns. Everything that `prepare`
 * does must be harmless if the attempt fails.
 * @param prepare calls `stamp` for the stamp of the changed object, as late as possible
 * @returns the attempt that succeeded, and the object before it
 * @throws ProblemError `changed-meanwhile`, or the errors of `read`, `prepare` and `write`
 */
export const changeVersioned = async <Thing extends Stamp, Attempt extends Prepared<Thing>>(
  { audit, now }: ChangeServices,
  { read, audited }: Changeable<Thing>,
  { expected, by }: ChangeBy,
  prepare: (current: Thing, stamp: () => Stamp) => Promise<Attempt>,
): Promise<Attempt & { readonly before: Thing }> => {
  for (let attempt = 0; attempt < (expected === 'any' ? overtakenAttempts : 1); attempt += 1) {
    const before = await read()
    if (expected !== 'any' && expected !== before.version) break
    const prepared = await prepare(before, () => nextStamp(before, now(), by))
    const { after, write } = prepared
    if (write === 'unchanged') return { ...prepared, before }
    const [from, to] = [audited(before), after && audited(after)]
    const intention = intentionOf(to ? 'change' : 'delete', by, to ?? from, from.fields, to?.fields ?? {})
    if (await audit.record(intention, write, Boolean)) return { ...prepared, before }
  }
  throw new ProblemError(
    'changed-meanwhile',
    'The version in If-Match is no longer the current version. Nothing was changed.',
  )
}

const intentionOf = (
  action: Intention['action'],
  by: Actor,
  { subject, name, secrets = [], fields }: Audited,
  before: Partial<Stamp> & Fields,
  after: Partial<Stamp> & Fields,
): Intention => {
  const [from, to]: [Fields, Fields] = [withoutStamp(before), withoutStamp(after)]
  const changes = Object.keys({ ...from, ...to }).flatMap((field): FieldChange[] => {
    if (isDeepStrictEqual(from[field], to[field])) return []
    if (secrets.includes(field)) return [{ field, secret: true }]
    const [old, current] = [from[field], to[field]]
    return [{ field, ...(old !== undefined && { from: old }), ...(current !== undefined && { to: current }) }]
  })
  return { by, action, subject, name, version: fields.version, changes }
}

/** The stamp of a new object, whose creation is its latest change. */
export const firstStamp = (now: Date, by: Actor): Stamp => {
  const at = now.toISOString()
  return {
    version: 1,
    createdAt: at,
    createdBy: by.name,
    createdBySub: by.sub,
    changedAt: at,
    changedBy: by.name,
    changedBySub: by.sub,
  }
}

/**
 * Keeps the times of an object's changes in order even if clocks differ between invocations. For example, `dispatch`
 * reads the changes of accounts by time.
 */
const nextStamp = ({ version, createdAt, createdBy, createdBySub, changedAt }: Stamp, now: Date, by: Actor): Stamp => {
  const earliest = Date.parse(changedAt) + 1
  const at = earliest > now.getTime() ? new Date(earliest) : now
  return { ...firstStamp(at, by), version: version + 1, createdAt, createdBy, createdBySub }
}

/** @returns the object without its stamp */
export const withoutStamp = <Thing extends Partial<Stamp>>({
  version: _version,
  createdAt: _createdAt,
  createdBy: _createdBy,
  createdBySub: _createdBySub,
  changedAt: _changedAt,
  changedBy: _changedBy,
  changedBySub: _changedBySub,
  ...rest
}: Thing) => rest
