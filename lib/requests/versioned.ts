/** A view with the version for its ETag. */
export interface Versioned<View> {
  readonly view: View
  readonly version: number
}

/** A change against a known version that lost; with `If-Match: *` it is tried again on what is there then. */
export const changeRounds = 3

export const stampOf = (now: Date, by: string) => ({ changedAt: now.toISOString(), changedBy: by })
