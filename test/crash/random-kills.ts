import { createHash } from 'node:crypto'
import { anAccount } from '../lib/fetching/memory-services.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { seededRandom } from '../mail-server/random.ts'
import { type Collected, collect } from './collect.ts'
import type { CollectorSettings } from './collector-process.ts'
import { CrashPlace } from './crash-place.ts'

export const protocols = ['IMAPS', 'POP3S'] as const
export type KilledProtocol = (typeof protocols)[number]

export interface KillPlan {
  readonly type: KilledProtocol
  readonly kills: number
  readonly messages: number
  /** Determines the moments of the kills. How far a run has come by then depends on the machine. */
  readonly seed: number
}

export interface KillReport {
  readonly plan: KillPlan
  readonly kills: number
  /** Completed runs, and how many of them failed, for example because the killed run still held the mailbox. */
  readonly runs: number
  readonly failedRuns: number
  /** The number of kills after each step. */
  readonly killedAfter: Readonly<Record<string, number>>
  readonly repeatedAnnouncements: number
  /** Descriptions of the defects, or empty if there are none. */
  readonly defects: readonly string[]
}

const password = 'correct horse'
const user = 'desk'
/** Most kills come after the listing. Otherwise, most would hit the opening, which takes most of a short run. */
const killsBeforeListing = 0.25
/** The first run is killed within this many milliseconds, later runs within the time that a run takes. */
const firstWindow = 2_000
/** The kills come later and later until a run ends before its kill, so that they reach every part of a run. */
const windowGrowth = 1.3
/** The allowed number of consecutive completed runs that neither store nor delete anything. */
const idleRunsAllowed = 5

/** Kills one collector after another while mail arrives, lets the last ones finish, and compares the results. */
export const killAtRandom = async (plan: KillPlan, say: (line: string) => void): Promise<KillReport> => {
  const place = await CrashPlace.start()
  try {
    await using dovecot = await startDovecot({ users: [{ name: user, password }] })
    const mails = smallMessages(plan.messages, { seed: plan.seed })
    const settings = await place.add(accountAt(dovecot, plan.type), password)
    const outcome = await killAndFinish({ plan, say, dovecot, settings, place, mails })
    return { plan, ...outcome, ...(await compare(place, dovecot, settings.accountId, mails)) }
  } finally {
    await place.stop()
  }
}

const accountAt = (dovecot: Dovecot, type: KilledProtocol) =>
  anAccount({
    accountId: `killed-${type.toLowerCase()}`,
    type,
    host: 'localhost',
    port: dovecot.port(type),
    username: user,
    customCa: dovecot.caPem,
    folder: type === 'IMAPS' ? 'INBOX' : undefined,
  })

interface Scene {
  readonly plan: KillPlan
  readonly say: (line: string) => void
  readonly dovecot: Dovecot
  readonly settings: Omit<CollectorSettings, 'slot'>
  readonly place: CrashPlace
  readonly mails: readonly Buffer[]
}

const killAndFinish = async ({ plan, say, dovecot, settings, place, mails }: Scene) => {
  const random = seededRandom(plan.seed)
  const killedAfter: Record<string, number> = {}
  const started = Date.now()
  let [kills, runs, failedRuns, delivered, idleRuns] = [0, 0, 0, 0, 0]
  const windows = { begins: firstWindow, list: firstWindow }
  for (;;) {
    const share = Math.ceil(mails.length * (0.5 + 0.5 * Math.min(1, (kills + 1) / plan.kills)))
    await dovecot.deliver(user, mails.slice(delivered, share))
    delivered = Math.max(delivered, share)
    // Each run needs a later slot than the previous one, which has used all slots up to its start.
    const slot = new Date(started + (kills + runs) * 600_000).toISOString()
    const after = random() < killsBeforeListing ? 'begins' : 'list'
    const milliseconds = random() * windows[after]
    const life = await collect({ ...settings, slot }, kills < plan.kills ? { after, milliseconds } : undefined)
    if (life.run === 'killed') {
      kills += 1
      windows[after] *= windowGrowth
      const step = life.lastWord ?? after
      killedAfter[step] = (killedAfter[step] ?? 0) + 1
      if (kills % Math.ceil(plan.kills / 20) === 0 || kills === plan.kills) {
        const stored = (await place.rows(settings.accountId)).length
        const waiting = await dovecot.count(user)
        say(`${plan.type}: ${kills} of ${plan.kills} kills, ${stored} messages stored, ${waiting} on the server`)
      }
      continue
    }
    runs += 1
    if (life.run.state === 'failed') failedRuns += 1
    else for (const word of ['begins', 'list'] as const) windows[word] = life.lived.get(word) ?? windows[word]
    if (kills < plan.kills) continue
    const left = await dovecot.count(user)
    if (left === 0) return { kills, runs, failedRuns, killedAfter }
    idleRuns = isIdle(life) ? idleRuns + 1 : 0
    say(`${plan.type}: a run after the last kill ended with ${wordsOf(life)}, ${left} messages on the server`)
    if (idleRuns > idleRunsAllowed) return { kills, runs, failedRuns, killedAfter }
  }
}

const isIdle = ({ run }: Collected): boolean => run !== 'killed' && run.counts.stored === 0 && run.counts.deleted === 0

const wordsOf = ({ run }: Collected): string =>
  run === 'killed' ? run : run.error ? `${run.state} (${run.error.code})` : run.state

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** The number of raw messages that are read concurrently. */
const readTogether = 50

const compare = async (place: CrashPlace, dovecot: Dovecot, accountId: string, mails: readonly Buffer[]) => {
  const rows = await place.rows(accountId)
  const wanted = new Set(mails.map(digest))
  const found = new Map<string, number>()
  let different = 0
  for (let from = 0; from < rows.length; from += readTogether)
    await Promise.all(
      rows.slice(from, from + readTogether).map(async ({ messageId, sha256 }) => {
        const stored = digest(await place.rawBytes(messageId))
        if (stored !== sha256 || !wanted.has(stored)) different += 1
        found.set(stored, (found.get(stored) ?? 0) + 1)
      }),
    )
  const announced = place.announced(accountId)
  const announcedIds = new Set(announced)
  const ids = new Set(rows.map(({ messageId }) => messageId))
  const left = await dovecot.count(user)
  const objects = await place.rawIds()
  const defects = [
    [left, 'are still on the server'],
    [[...wanted].filter((hash) => !found.has(hash)).length, 'were lost'],
    [different, 'were stored with different bytes than on the server'],
    [[...found.values()].filter((times) => times > 1).length, 'were stored more than once'],
    [objects.filter((id) => !ids.has(id)).length, 'are in the bucket without a row'],
    [[...ids].filter((id) => !announcedIds.has(id)).length, 'were never announced'],
    [[...announcedIds].filter((id) => !ids.has(id)).length, 'were announced under an id that is not stored'],
  ] as const
  return {
    repeatedAnnouncements: announced.length - announcedIds.size,
    defects: defects.flatMap(([count, detail]) => (count > 0 ? [`${count} messages ${detail}.`] : [])),
  }
}

/** Formats the report as text. */
export const wordsOfReport = ({ plan, ...report }: KillReport): string => {
  const steps = Object.entries(report.killedAfter).sort(([, a], [, b]) => b - a)
  const verdict =
    report.defects.length === 0
      ? `PASSED: all ${plan.messages} messages left the server. Each is stored once, with the same bytes, and was announced under one id.`
      : `FAILED: ${report.defects.join(' ')}`
  return [
    `${plan.type}, ${plan.messages} messages, seed ${plan.seed}`,
    `  ${report.kills} kills, by the last step before them: ${steps.map(([step, count]) => `${step} ${count}`).join(', ')}`,
    `  ${report.runs} runs completed, ${report.failedRuns} of them failed`,
    `  ${report.repeatedAnnouncements} announcements were repeated, each under its original id`,
    `  ${verdict}`,
  ].join('\n')
}
