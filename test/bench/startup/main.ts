import Table from 'cli-table3'
import { assembly } from '../../support/assembly.ts'
import { machineWords } from '../report.ts'
import { measureStartup } from './measure-startup.ts'

/** `npm run bench:startup` prints how long each bundle takes to load, and never fails because of a slow result. */
const startups = await measureStartup(await assembly())
const table = new Table({
  head: ['function', 'KiB', 'load (ms)', 'goal', 'reached'],
  colAligns: ['left', 'right', 'right', 'right', 'left'],
  style: { head: [], border: [], compact: true },
})
for (const { name, bytes, time, goal } of startups)
  table.push([
    name,
    (bytes / 1024).toFixed(0),
    time.toFixed(0),
    goal === undefined ? '' : `≤ ${goal}`,
    goal === undefined ? '' : time <= goal ? 'yes' : 'no',
  ])
console.log(`${table}\n\n${machineWords('no mail server')}`)
