import type { Page } from 'playwright-core'

/** The time in every picture. */
const shownTime = new Date('2026-11-30T10:00:00.000Z')

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
 * Shows the page as if it were always the same time, so that two pictures of the same screen differ only where the screen
 * does. The stack keeps the real time. The times in its answers are moved on their way to the page, and those in the
 * page's requests back.
 */
export const showFixedTime = async (page: Page): Promise<void> => {
  const byMs = shownTime.getTime() - Date.now()
  await page.clock.setFixedTime(shownTime)
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
