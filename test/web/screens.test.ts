import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { screenCases } from './screens.ts'

it('every screen of the page is checked for accessibility', () => {
  const source = readFileSync(new URL('../../web/routes.tsx', import.meta.url), 'utf8')
  const routes = [...source.matchAll(/\bpath: '([^']*)'/g)].map(([, path]) => path)
  expect(routes.length).toBeGreaterThan(10)
  expect(screenCases.map(({ route }) => route)).toEqual(routes)
})
