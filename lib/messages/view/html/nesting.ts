/** The maximum nesting depth. Browsers flatten elements deeper than 512. */
export const deepest = 500

/**
 * A reader of HTML throws this error at an element that is nested more deeply, because the parser's time grows with the
 * square of the depth.
 */
export class NestedTooDeeply extends Error {}

/** @returns the result of a reader of HTML, or undefined if elements are nested more than 500 levels deep */
export const unlessNestedTooDeeply = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof NestedTooDeeply) return undefined
    throw error
  }
}
