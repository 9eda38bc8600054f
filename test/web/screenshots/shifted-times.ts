import type { Page } from 'playwright-core'

/** The hour in every picture. */
const shownHour = new Date('2026-11-30T10:00:00.000Z')
const hour = 60 * 60_000

const iso = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g
/** As details of the API contain it. */
const minute = /\b(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})(?= UTC)/g

/** Moves every time in a text by this many milliseconds. */
export const shiftTimes = (text: string, byMs: number): string => {
  const shifted = (time: string): string => new Date(Date.parse(time) + byMs).toISOString()
  return text
    .replaceAll(iso, shifted)
    .replaceAll(minute, (_, day, time) => shifted(`${day}T${time}:00.000Z`).slice(0, 16).replace('T', ' '))
}

/**
 * Shows the page as if it were always the same hour of the same day, so that pictures of different days are alike. The
 * stack keeps the real time. The times in its answers are moved on their way to the page, and those in the page's
 * requests back, by whole hours, because the overview counts mail by hour.
 */
export const showFixedTime = async (page: Page): Promise<void> => {
  const now = Date.now()
  const byMs = shownHour.getTime() - Math.floor(now / hour) * hour
  await page.clock.setFixedTime(now + byMs)
  await page.route(
    // The session's own answers set cookies, and the files of the page contain no times.
    (url) => !url.pathname.startsWith('/admin/'),
    async (route) => {
      const url = new URL(route.request().url())
      for (const [name, value] of [...url.searchParams]) url.searchParams.set(name, shiftTimes(value, -byMs))
      const response = await route.fetch({ url: url.href, maxRedirects: 0 })
      const isJson = /json/.test(response.headers()['content-type'] ?? '')
      await route.fulfill({ response, ...(isJson && { body: shiftTimes(await response.text(), byMs) }) })
    },
  )
}
