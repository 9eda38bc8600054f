import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { smallMessages } from '../../mail-server/corpus.ts'
import { axeViolations } from '../support/axe.ts'
import { pageTests } from '../support/page-tests.ts'
import { mailboxPassword } from '../support/page-world.ts'
import { press } from './account-form.ts'

const mailbox = 'desk@example.com'
const messages = 2_000
/** Only for a run that hangs. A busy machine needs two minutes. */
const limitMs = 300_000
const world = pageTests({ mailboxes: [mailbox] })

const lookSchema = z.object({
  found: z.int(),
  stored: z.int(),
  known: z.int(),
  skipped: z.int(),
  left: z.int(),
  isOver: z.boolean(),
  progress: z.number().nullable(),
})
type Look = z.infer<typeof lookSchema>

/** Reads all counts of the screen at one moment. */
const lookAt = async (page: Page): Promise<Look> =>
  lookSchema.parse(
    await page.evaluate(`(() => {
      const value = (...labels) => {
        const term = [...document.querySelectorAll('dt')].find((one) => labels.includes(one.textContent.trim()))
        return Number(term.parentElement.querySelector('dd').textContent.replaceAll(/\\D/g, ''))
      }
      return {
        found: value('Found on the server'),
        stored: value('Stored'),
        known: value('Stored by an earlier run'),
        skipped: value('Skipped'),
        left: value('Not examined yet', 'Left for the next run'),
        isOver: [...document.querySelectorAll('dt')].some((one) => one.textContent.trim() === 'Left for the next run'),
        progress: document.querySelector('progress')?.value ?? null,
      }
    })()`),
  )

/** Looks at the screen of a run until the run is over. @returns the looks that differ from the one before */
const follow = async (page: Page): Promise<Look[]> => {
  const looks: Look[] = []
  await expect
    .poll(
      async () => {
        const look = await lookAt(page)
        if (JSON.stringify(look) !== JSON.stringify(looks.at(-1))) looks.push(look)
        return look.isOver
      },
      { timeout: limitMs, interval: 100 },
    )
    .toBe(true)
  return looks
}

it(
  'a run of 2,000 messages shows its progress, its messages and its conversation while it goes on',
  async () => {
    const { mail } = world()
    await mail.deliver(mailbox, smallMessages(messages))
    const { accountId } = await world().createAccount(mailbox)
    const page = await world().openPage({ path: `/admin/accounts/${accountId}` })
    const other = await page.context().newPage()
    await other.goto(`/admin/accounts/${accountId}`)
    await other.getByRole('heading', { level: 1, name: mailbox }).waitFor()

    await press(page, 'More')
    await page.getByRole('menuitem', { name: 'Fetch now and record the conversation' }).click()
    await page.getByText('The fetch has been requested.').getByRole('link', { name: 'Show the run' }).click()
    await page.getByRole('heading', { level: 1, name: `Run of ${mailbox}` }).waitFor()
    const following = follow(page)

    await press(other, 'Fetch now')
    await other.getByText('It starts when the run before it has ended.').waitFor()
    await other.getByRole('link', { name: 'Show the run' }).first().click()
    await other.getByText('The run is queued. Another run of this account must end first.').waitFor()
    expect(await other.getByRole('link', { name: 'Show that run' }).getAttribute('href')).toBe(
      new URL(page.url()).pathname,
    )

    await page.getByRole('table', { name: 'Messages of this run' }).getByRole('row').nth(1).waitFor()
    await press(page, 'Show the conversation')
    const conversation = page.getByRole('region', { name: 'Conversation with the server' })
    await conversation.getByText('UID FETCH').first().waitFor()

    const looks = await following
    for (const { found, stored, known, skipped, left } of looks) expect(stored + known + skipped + left).toBe(found)
    const underway = looks.filter(({ stored }) => stored > 0 && stored < messages)
    expect(underway.length).toBeGreaterThan(1)
    for (const { progress, stored, found } of underway) expect(progress).toBe(Math.round((100 * stored) / found))
    expect(looks.map(({ stored }) => stored)).toEqual(looks.map(({ stored }) => stored).toSorted((a, b) => a - b))
    expect(looks.at(-1)).toMatchObject({ found: messages, stored: messages, left: 0 })
    await page.getByText('Done', { exact: true }).first().waitFor()

    await conversation.getByText('UID EXPUNGE').first().waitFor()
    const text = (await conversation.textContent()) ?? ''
    expect(text).toMatch(/AUTHENTICATE|LOGIN/)
    expect(text).not.toContain(mailboxPassword)
    expect(text).not.toContain(Buffer.from(mailboxPassword).toString('base64').slice(0, 16))
    expect(await axeViolations(page)).toEqual([])
    await other.getByText('Done', { exact: true }).first().waitFor()
    expect(await mail.count(mailbox)).toBe(0)
  },
  2 * limitMs,
)
