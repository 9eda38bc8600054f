import type { Actor } from './actor.ts'

/** A view with the version for its ETag. */
export interface Versioned<View> {
  readonly view: View
  readonly version: number
}

/** A change against a known version that lost; with `If-Match: *` it is tried again on what is there then. */
export const changeRounds = 3

/** The fields in which a row records its latest change. */
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
