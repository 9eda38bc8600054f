import { expect } from 'vitest'
import type { Visitor } from './page-visitor.ts'

/**
 * Presses the button on the start page.
 * @returns the address at the provider
 */
export const depart = async (visitor: Visitor, url: string): Promise<URL> => {
  const { status, location = '' } = await visitor.press(url)
  expect(status).toBe(303)
  return new URL(location)
}

/** The address to which a provider sends the browser back. */
export const answerTo = (departure: URL, fields: Readonly<Record<string, string>> = { code: 'code-1' }): string => {
  const query = new URLSearchParams({ state: departure.searchParams.get('state') ?? '', ...fields })
  return `${departure.searchParams.get('redirect_uri')}?${query}`
}
