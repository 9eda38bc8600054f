import type { Actor } from '../audit/actor.ts'

/** A view, and the version for its ETag. */
export interface Versioned<View> {
  readonly view: View
  readonly version: number
}

/**
 * The number of attempts for a change with `If-Match: *`. If a concurrent change wins, the change is applied again to
 * the new version.
 */
export const changeRounds = 3

/** The fields that record a row's latest change. */
export const stampOf = (now: Date, by: Actor) => ({
  changedAt: now.toISOString(),
  changedBy: by.name,
  changedBySub: by.sub,
})

/** The fields of a new row, whose creation is its latest change. */
export const creationStampOf = (now: Date, by: Actor) => {
  const stamp = stampOf(now, by)
  return { createdAt: stamp.changedAt, createdBy: by.name, createdBySub: by.sub, ...stamp }
}

interface Stamp {
  readonly createdAt: unknown
  readonly createdBy: unknown
  readonly createdBySub?: unknown
  readonly changedAt: unknown
  readonly changedBy: unknown
  readonly changedBySub?: unknown
}

/** @returns the row without the fields about its creation and its latest change */
export const withoutStamp = <Row extends Stamp>({
  createdAt: _createdAt,
  createdBy: _createdBy,
  createdBySub: _createdBySub,
  changedAt: _changedAt,
  changedBy: _changedBy,
  changedBySub: _changedBySub,
  ...rest
}: Row) => rest
