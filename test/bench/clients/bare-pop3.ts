import type { Collect } from '../assignment.ts'

/** The floor of the library that Postmaster uses for POP3. */
export const collectBarePop3: Collect = () => Promise.reject(new Error('there is no bare client for POP3 yet'))
