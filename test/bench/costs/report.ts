import type { Bill } from './bill.ts'
import type { Measured } from './measure.ts'
import type { Usage } from './usage.ts'

const kinds = {
  tick: 'one tick without accounts',
  poll: 'one fetch of an empty mailbox, password',
  tokenPoll: 'one fetch of an empty mailbox, OAuth2',
  message: 'one message',
  delivery: 'one delivery to a webhook',
  sweep: 'one sweep of the deliveries',
  endGrants: 'one search for ended consents',
  secretSweep: 'one sweep of the secrets',
} as const

const columns = {
  'write units': ({ writeUnits }: Usage) => writeUnits,
  'read units': ({ readUnits }: Usage) => readUnits,
  'secrets read': ({ secretReads }: Usage) => secretReads,
  KMS: ({ kmsRequests }: Usage) => kmsRequests,
  'S3 writes': ({ s3Writes }: Usage) => s3Writes,
  'S3 reads': ({ s3Reads }: Usage) => s3Reads,
  SNS: ({ snsPublishes }: Usage) => snsPublishes,
  'SQS sends': ({ sqsSends }: Usage) => sqsSends,
  invocations: ({ invocations }: Usage) => Object.values(invocations).reduce((sum, count) => sum + count, 0),
  'log bytes': ({ logBytes }: Usage) => Math.round(logBytes),
} as const

/** @returns a table in Markdown: what each kind of work uses */
export const usageTable = (measured: Measured): string =>
  markdown(
    ['', ...Object.keys(columns)],
    (Object.keys(kinds) as (keyof typeof kinds)[]).map((kind) => [
      kinds[kind],
      ...Object.values(columns).map((count) => rounded(count(measured[kind]))),
    ]),
  )

/** @returns a table in Markdown: the costs of a month by service, for several numbers of accounts */
export const billTable = (bills: readonly { readonly accounts: number; readonly bill: Bill }[]): string => {
  const services = Object.keys(bills[0]?.bill.lines ?? {})
  const row = (name: string, textOf: (bill: Bill) => string) => [name, ...bills.map(({ bill }) => textOf(bill))]
  return markdown(
    ['accounts', ...bills.map(({ accounts }) => accounts.toLocaleString('en'))],
    [
      ...services.map((service) => row(service, ({ lines }) => dollars(lines[service] ?? 0))),
      row('**total**', ({ total }) => `**${dollars(total)}**`),
      row('for each account', ({ total }) =>
        dollars(total / (bills.find(({ bill }) => bill.total === total)?.accounts ?? 1)),
      ),
      row(
        'share of Secrets Manager',
        ({ lines, total }) => `${Math.round((100 * (lines['Secrets Manager'] ?? 0)) / total)} %`,
      ),
    ],
  )
}

const dollars = (value: number): string => (value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en'))
const rounded = (value: number): string => String(Number(value.toPrecision(3)))

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
