import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { assembly } from '../../support/assembly.ts'
import { billOf, type Load } from './bill.ts'
import { measureUsage } from './measure.ts'
import { prices } from './prices.ts'
import { billTable, usageTable } from './report.ts'
import { fixedOf } from './templates.ts'

const usage = `Usage: npm run bench:costs -- [options]

Counts what the functions of the local stack use for each kind of work, and prints what a month costs at list prices.

  --messages N     new messages of each account in a month (default 1000)
  --size N         average size of a message in KB (default 75)
  --minutes N      minutes between two fetches (default 10)
  --assembly DIR   cloud assembly with the alarms (default: a new synthesis)`

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000' },
    size: { type: 'string', default: '75' },
    minutes: { type: 'string', default: '10' },
    assembly: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (values.help) console.log(usage)
else {
  const folder = values.assembly ?? (await assembly())
  const measured = await measureUsage()
  const templates = readFileSync(join(folder, 'PostmasterCollector.template.json'), 'utf8')
  const fixed = fixedOf(templates)
  const load = (rest: Partial<Load>): Load => ({
    accounts: 10,
    messages: Number(values.messages),
    messageSize: Number(values.size),
    tickMinutes: Number(values.minutes),
    tokens: false,
    destinations: 1,
    ...rest,
  })
  console.log(usageTable(measured))
  console.log(
    `\n${measured.metrics.always} metrics and ${measured.metrics.perDestination} for each destination, ${fixed.alarmMetrics} metrics read by alarms, ${fixed.dashboards} dashboards`,
  )
  const sizes = [10, 100, 1_000, 10_000]
  for (const [title, rest] of [
    ['Passwords, one destination', {}],
    ['Quiet accounts with passwords, no destination', { destinations: 0, messages: 100 }],
    ['OAuth2, one destination', { tokens: true }],
    ['Passwords, one destination, half as often', { tickMinutes: 2 * Number(values.minutes) }],
  ] as const) {
    const bills = sizes.map((accounts) => ({ accounts, bill: billOf(measured, load({ accounts, ...rest }), fixed) }))
    console.log(
      `\n${title}: US dollars a month, ${prices.region}, list prices of ${prices.date}\n\n${billTable(bills)}`,
    )
  }
}
