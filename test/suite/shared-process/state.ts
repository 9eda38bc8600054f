/** State of a module, like a client that a function keeps. */
export const state = { isUsed: false }
