import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../../local/emulators/faults/fault.ts'
import { assemblyLimitMs } from '../../support/assembly.ts'
import { isBatch, nameOf, pathOfAMail, type Target } from './fault-target.ts'
import { FaultWorld } from './fault-world.ts'

interface Trouble {
  readonly fault: Fault
  readonly once: boolean
}

const troubles: readonly Trouble[] = [
  { fault: 'throttled', once: true },
  { fault: 'failed', once: false },
  { fault: 'answer-lost', once: true },
  { fault: 'answer-lost', once: false },
]
const batchTroubles: readonly Trouble[] = [
  { fault: 'partly-done', once: true },
  { fault: 'partly-done', once: false },
]

/** A query that finds nothing is not an error, so it is not noticed. The next one finds the rows. */
const indexTroubles: readonly Trouble[] = [{ fault: 'index-behind', once: true }]

/**
 * An index lacks only rows of the last moments. Destinations are older than that: mail that is planned while the index
 * lacks a new destination counts as collected before the destination existed.
 */
const canLag = ({ table, index }: Target): boolean => index !== undefined && table !== 'Handover'

/** Two mails are a batch of which one half can fail. */
const mailsPerRound = 2
/** A round recovers in one or two attempts. After the others, something is stuck. */
const recoveries = 6

/**
 * Lets each kind of call that a good run makes fail in each way, one after the other, while mail is collected and handed
 * over.
 * @param wanted chooses among the rounds, which take some seconds each
 */
export const describeServiceFaults = ({
  wanted,
  limitMs,
}: {
  readonly wanted: (rounds: readonly Round[]) => readonly Round[]
  readonly limitMs: number
}): void => {
  const world = new FaultWorld()
  let rounds = 0
  const nextMails = (): Buffer[] => {
    rounds += 1
    return Array.from({ length: mailsPerRound }, (_, index) => mailOf(rounds * mailsPerRound + index))
  }

  describe('a mail on its way from the server to a destination', () => {
    beforeAll(() => world.start(), assemblyLimitMs)
    afterAll(() => world[Symbol.asyncDispose]())

    it('a failing call to a service neither loses nor doubles a mail, and does not remain unnoticed', {
      timeout: limitMs,
    }, async () => {
      // The first run makes calls that no later run repeats, for example for a new account.
      await collected(world, nextMails())
      world.faults.targets.clear()
      await collected(world, nextMails())
      const targets = [...world.faults.targets.values()]
      expect(new Set(targets.map(({ caller }) => caller))).toEqual(new Set(pathOfAMail))
      const problems: string[] = []
      for (const round of wanted(roundsOf(targets))) problems.push(...(await withFault(world, round, nextMails())))
      expect(problems).toEqual([])
    })
  })
}

export interface Round extends Trouble {
  readonly target: Target
}

const roundsOf = (targets: readonly Target[]): Round[] =>
  targets.flatMap((target) =>
    [...troubles, ...(isBatch(target) ? batchTroubles : []), ...(canLag(target) ? indexTroubles : [])].map(
      (trouble) => ({ target, ...trouble }),
    ),
  )

/** Collects and hands over the mails without any fault. */
const collected = async (world: FaultWorld, mails: readonly Buffer[]): Promise<void> => {
  world.inbox.appendAll(mails)
  await world.tick()
  for (let attempt = 0; !(await world.isDone(mails)); attempt += 1) {
    if (attempt === recoveries) throw new Error('the mails have not arrived')
    await world.recover()
  }
}

/** @returns what was wrong: lost or doubled mail, or a failure without any sign */
const withFault = async (
  world: FaultWorld,
  { target, fault, once }: Round,
  mails: readonly Buffer[],
): Promise<string[]> => {
  const what = `${nameOf(target)}, ${fault} ${once ? 'once' : 'until the end'}`
  const problems: string[] = []
  const [at, from] = [new Date(), world.stack.events.length]
  world.inbox.appendAll(mails)
  world.faults.arm(target, fault, { once })
  await world.tick()
  if (world.faults.hits === 0) problems.push(`${what}: no call failed`)
  for (const subject of await world.lost(mails)) problems.push(`${what}: lost ${subject}`)
  // The client repeats a call that fails once, so there is nothing to notice.
  if (!once && (await world.signsSince(at, from)).length === 0) problems.push(`${what}: no sign of it`)
  world.faults.disarm()
  for (let attempt = 0; !(await world.isDone(mails)); attempt += 1) {
    if (attempt === recoveries) throw new Error(`${what}: the mails have not arrived`)
    await world.recover()
  }
  for (const subject of await world.lost(mails)) problems.push(`${what}: lost ${subject} afterwards`)
  for (const mail of mails) {
    const { rows, announcedIds } = await world.occurrences(mail)
    if (rows !== 1 || announcedIds !== 1) problems.push(`${what}: ${rows} rows, announced under ${announcedIds} IDs`)
  }
  return problems
}

const mailOf = (number: number): Buffer =>
  Buffer.from(
    [
      'From: Ann <ann@example.com>',
      `Subject: Mail ${number}`,
      `Message-ID: <${number}@example.com>`,
      '',
      `It burns for the ${number}. time.`,
      '',
    ].join('\r\n'),
  )
