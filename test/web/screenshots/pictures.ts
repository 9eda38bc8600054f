import type { Page } from 'playwright-core'
import type { SampleData } from './sample-data.ts'

/** A picture for the documentation. */
export interface Picture {
  /** The name of the file in docs/images, without its extension. */
  readonly name: string
  readonly path: (data: SampleData) => string
  /** What a person does on the screen before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>
}

export const pictures: readonly Picture[] = [
  { name: 'overview', path: () => '/admin/' },
  { name: 'accounts', path: () => '/admin/accounts' },
  {
    name: 'edit-account',
    path: ({ accountId }) => `/admin/accounts/${accountId}/edit`,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Start test' }).click()
      await page.getByText('The test passed.').waitFor()
      await page.evaluate('scrollTo(0, 0)')
    },
  },
  { name: 'run', path: ({ runId }) => `/admin/runs/${runId}` },
  { name: 'message', path: ({ messageId }) => `/admin/messages/${messageId}` },
  { name: 'destinations', path: () => '/admin/destinations' },
]
