import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type KillReport, killAtRandom, protocols, wordsOfReport } from './random-kills.ts'

const usage = `Usage: npm run kills -- [options]

Collects mail from a private Dovecot over IMAP and POP3, repeatedly kills the collector at random moments while new
mail arrives, and then checks that no message was lost or stored twice.

  --kills N       kills for each protocol (default 100)
  --messages N    messages for each protocol (default 2000)
  --only NAME     imap or pop3
  --seed N        random seed for the kills; it is printed so that a run can be repeated
  --help          show this help`

const numberOf = (name: string, value: string): number => {
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} must be a positive whole number.`)
  return number
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '100' },
      messages: { type: 'string', default: '2000' },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: String(randomInt(1, 2 ** 31)) },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const chosen = protocols.filter((type) => type.toLowerCase().startsWith(values.only.toLowerCase()))
  if (chosen.length === 0) throw new Error('--only must be imap or pop3.')
  const seed = numberOf('seed', values.seed)
  const size = { kills: numberOf('kills', values.kills), messages: numberOf('messages', values.messages) }
  console.log(`${size.kills} kills and ${size.messages} messages for each of ${chosen.join(' and ')}, seed ${seed}`)
  const reports: KillReport[] = []
  for (const type of chosen) reports.push(await killAtRandom({ type, seed, ...size }, console.log))
  console.log(`\n${reports.map(wordsOfReport).join('\n')}`)
  if (reports.some(({ defects }) => defects.length > 0)) process.exitCode = 1
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
