import type { Actor } from '../../lib/audit/audit-entry.ts'

/** The sub is derived from the name, so that a test sees both in the recorded data. */
export const actor = (name: string): Actor => ({ name, sub: `sub-${name}` })
