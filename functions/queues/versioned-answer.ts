import type { Versioned } from '../../lib/dispatching/dispatching-services.ts'
import { etagOf } from '../shared/http/etag.ts'
import type { Answer } from '../shared/http/route.ts'

export const versionedAnswer = (status: number, { view, version }: Versioned<unknown>, location?: string): Answer => ({
  status,
  body: view,
  headers: { etag: etagOf(version), ...(location !== undefined && { location }) },
})
