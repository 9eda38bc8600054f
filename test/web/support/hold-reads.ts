import type { Page, Request } from 'playwright-core'

interface HeldReads {
  readonly held: readonly Request[]
  /** Lets the requests reach the server, and waits until each of them has ended. */
  release(): Promise<void>
}

/** From now on, holds the GET requests of a page for paths that match. */
export const holdReads = async (page: Page, path: RegExp): Promise<HeldReads> => {
  const held: Request[] = []
  const released = Promise.withResolvers<void>()
  await page.route(
    (url) => path.test(url.pathname),
    async (route, request) => {
      if (request.method() === 'GET') {
        held.push(request)
        await released.promise
      }
      await route.continue()
    },
  )
  return {
    held,
    release: async () => {
      released.resolve()
      await page.unrouteAll({ behavior: 'wait' })
      await Promise.all(held.map((request) => request.response()))
    },
  }
}
