import type { Versioned } from '../../../lib/changes/versioned-change.ts'
import { etagOf } from './etag.ts'
import type { Answer } from './route.ts'

export const versionedAnswer = (status: number, { view, version }: Versioned<unknown>, location?: string): Answer => ({
  status,
  body: view,
  headers: { etag: etagOf(version), ...(location !== undefined && { location }) },
})
