import { beforeAll, describe, expect, it } from 'vitest'
import { apiParts } from '../../docs/openapi/parts.ts'
import { publicRoutes, resourcesByPath, synthesised, type Templates } from './synthesised.ts'

describe('the gateway', () => {
  let templates: Templates

  beforeAll(() => {
    templates = synthesised()
  })

  const folders = [...new Set(apiParts.map((part) => part.function))]

  it.each(folders)('the gateway sends exactly the routes that the function %s handles to this function', (folder) => {
    const routes = apiParts.filter((part) => part.function === folder).flatMap((part) => part.routes)
    const wanted = routes.map(({ method, path }) => `${method} ${path}`)
    expect(routeKeysOf(pascalCase(folder)).sort()).toEqual(wanted.sort())
  })

  it('the gateway has only functions with documented routes', () => {
    const functions = [...resourcesByPath(templates.collector, 'AWS::Lambda::Function').keys()]
    const parts = functions.filter((path) => path.startsWith('Api/')).map((path) => path.replace('Api/', ''))
    expect(parts.sort()).toEqual([...folders.map(pascalCase), ...Object.keys(publicRoutes)].sort())
    for (const [part, routes] of Object.entries(publicRoutes))
      expect(routeKeysOf(part).sort()).toEqual([...routes].sort())
  })

  const routeKeysOf = (part: string): string[] => {
    const routes = resourcesByPath(templates.collector, 'AWS::ApiGatewayV2::Route')
    return [...routes.values()]
      .filter(({ Properties }) => JSON.stringify(Properties.Target).includes(`${part}Integration`))
      .map(({ Properties }) => String(Properties.RouteKey))
  }
})

const pascalCase = (folder: string) => folder.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
