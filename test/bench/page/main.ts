import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { dovecotAvailable } from '../../mail-server/dovecot/available.ts'
import { seedAccounts } from '../../web/seeds/many-accounts.ts'
import { PageWorld } from '../../web/support/page-world.ts'
import { machineWords } from '../report.ts'
import { median } from '../result.ts'
import { conditions, plain, slowMachine } from './conditions.ts'
import { measureKeystrokes } from './keystroke.ts'
import { measureReady } from './ready-time.ts'

const usage = `Usage: npm run bench:page -- [options]

Measures the accounts screen of the admin page in Chromium, over the local stack: from the start of a first visit to the
frame with the first accounts, and from a keystroke in the filter to the frame with the filtered table.

  --rounds N     first visits for each condition (default 5)
  --accounts N   accounts (default 10000)
  --help         show this text`

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}

const spread = (values: readonly number[]): string =>
  `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    accounts: { type: 'string', default: '10000' },
    help: { type: 'boolean' },
  },
})

const run = async (rounds: number, accounts: number): Promise<void> => {
  await using world = await PageWorld.start()
  console.log(`${machineWords(dovecotAvailable().reason)}\nCreating ${accounts} accounts …`)
  await seedAccounts(world.stack, accounts)
  const visits = new Map(conditions.map((condition) => [condition, [] as number[]]))
  let scriptBytes = 0
  // The first round warms up the functions. The conditions take turns, so that other work affects them alike.
  for (let round = 0; round <= rounds; round += 1)
    for (const [condition, times] of visits) {
      const loaded = await measureReady(world, condition)
      scriptBytes = loaded.scriptBytes
      if (round > 0) times.push(loaded.readyMs)
    }
  console.log(`\nFirst visit of the accounts screen, ${Math.ceil(scriptBytes / 1024)} KB of compressed scripts`)
  console.log(
    tableOf(
      ['condition', 'ready: ms'],
      [...visits].map(([{ name }, times]) => [name, spread(times)]),
    ),
  )
  const rows: string[][] = []
  for (const condition of [plain, slowMachine]) {
    const keys = await measureKeystrokes(world, condition)
    rows.push([condition.name, spread(keys.map((key) => key.characterMs)), spread(keys.map((key) => key.tableMs))])
  }
  console.log(`\nA keystroke in the filter over ${accounts} accounts`)
  console.log(tableOf(['condition', 'character: ms', 'filtered table: ms'], rows))
}

if (values.help) console.log(usage)
else await run(Number(values.rounds), Number(values.accounts))
