import type { BrowserContextOptions } from 'playwright-core'

export type Theme = 'light' | 'dark'
export type Role = 'admin' | 'reader'

/** The widths at which people use the page: a laptop and a phone. */
export const heights = { 1440: 900, 390: 844 } as const
export type Width = keyof typeof heights

export interface PageOptions {
  readonly role?: Role
  readonly theme?: Theme
  readonly width?: Width
  /** A path of the page, with its query. The overview by default. */
  readonly path?: string
  /** Other origins that a person visits on the journey, such as a sign-in service. */
  readonly alsoVisited?: readonly string[]
}

/** The same language, time zone and size on every machine, and no animation that a test would have to wait for. */
export const contextOptions = ({ theme = 'light', width = 1440 }: PageOptions): BrowserContextOptions => ({
  viewport: { width, height: heights[width] },
  deviceScaleFactor: 1,
  isMobile: false,
  hasTouch: width === 390,
  colorScheme: theme,
  reducedMotion: 'reduce',
  locale: 'en-GB',
  timezoneId: 'UTC',
})
