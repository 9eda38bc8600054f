import type { BrowserContext, Request } from 'playwright-core'

/**
 * Counts the requests to a path from now on, and those that began before another had ended, in all tabs of a browser
 * profile.
 */
export const overlappingRequests = (
  context: BrowserContext,
  path: string,
): (() => { readonly requests: number; readonly overlaps: number }) => {
  const open = new Set<Request>()
  let requests = 0
  let overlaps = 0
  context.on('request', (request) => {
    if (new URL(request.url()).pathname !== path) return
    requests += 1
    if (open.size > 0) overlaps += 1
    open.add(request)
  })
  const end = (request: Request): void => void open.delete(request)
  context.on('requestfinished', end)
  context.on('requestfailed', end)
  return () => ({ requests, overlaps })
}
