import { beforeAll, describe, expect, it } from 'vitest'
import { accountRoutes } from '../../functions/accounts/routes.ts'
import { messageRoutes } from '../../functions/messages/routes.ts'
import { defaultQueueRoutes } from '../../functions/queues/default-queue-routes.ts'
import { queueRoutes } from '../../functions/queues/queue-routes.ts'
import { systemAddressRoutes } from '../../functions/queues/system-address-routes.ts'
import { runRoutes } from '../../functions/runs/routes.ts'
import type { Route } from '../../functions/shared/http/route.ts'
import { resourcesByPath, synthesised, type Templates } from './synthesised.ts'

/** The routes are only named here, never asked, so their services are never touched. */
const nothing = {} as never

describe('the gateway', () => {
  let templates: Templates

  beforeAll(() => {
    templates = synthesised()
  })

  it.each<[string, readonly Route[]]>([
    ['Accounts', accountRoutes(nothing)],
    ['Queues', [...queueRoutes(nothing), ...systemAddressRoutes(nothing), ...defaultQueueRoutes(nothing)]],
    ['Runs', runRoutes(nothing)],
    ['Messages', messageRoutes(nothing)],
  ])('sends the function %s every route it answers and no other', (part, routes) => {
    const wanted = routes.map(({ method, path }) => `${method} ${path}`)
    expect(routeKeysOf(part).sort()).toEqual(wanted.sort())
  })

  const routeKeysOf = (part: string): string[] => {
    const routes = resourcesByPath(templates.collector, 'AWS::ApiGatewayV2::Route')
    return [...routes.values()]
      .filter(({ Properties }) => JSON.stringify(Properties.Target).includes(`${part}Integration`))
      .map(({ Properties }) => String(Properties.RouteKey))
  }
})
