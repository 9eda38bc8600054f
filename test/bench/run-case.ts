import type { Report } from './assignment.ts'
import { type Case, messagesOf, wordsOf } from './cases.ts'
import type { Figure } from './figure.ts'
import type { MailPlace } from './mail-place.ts'
import type { Options } from './options.ts'
import { isInstalled, type Peer, peers, runPeer } from './peers.ts'
import type { CaseResult, Result } from './result.ts'
import { type WorkerName, WorkerProcess } from './worker-process.ts'

interface Setting {
  readonly place: MailPlace
  readonly options: Options
  readonly assembly: string
  readonly say: (line: string) => void
}

const bytesOf = (messages: readonly Buffer[]): number => messages.reduce((sum, { length }) => sum + length, 0)

/**
 * Runs one case. First our clients and the raw client take turns, after a warm-up. Then each of the other collectors
 * runs once.
 */
export const runCase = async (setting: Setting, which: Case): Promise<CaseResult> => {
  const { options, say } = setting
  say(`${wordsOf(which)}:`)
  const messages = messagesOf(which, options.counts)
  const results = await takeTurns(setting, which, messages)
  for (const peer of peers.filter(
    ({ name, protocols }) => options.clients.includes(name) && protocols.includes(which.protocol),
  )) {
    if (isInstalled(peer)) results.push(await onePeer(setting, which, messages, peer))
    else say(`  ${peer.name} is not installed`)
  }
  return { case: which, results }
}

const takeTurns = async (setting: Setting, which: Case, messages: readonly Buffer[]): Promise<Result[]> => {
  const { place, options, assembly, say } = setting
  const names = (['raw', 'bare', 'postmaster', 'stack'] as const).filter((name) => options.clients.includes(name))
  const turns: Turns[] = []
  try {
    for (const name of names) {
      const worker = await WorkerProcess.start(name, assembly, place.ports)
      turns.push({ name, worker, reports: [], roundTrips: undefined })
    }
    for (let round = 0; round <= options.rounds; round += 1) {
      for (const turn of turns) {
        const assignment = await place.prepare(which, messages)
        const report = await turn.worker.collect(assignment)
        turn.roundTrips = place.roundTrips(which)
        await place.check(assignment, messages)
        if (round > 0) turn.reports.push(report)
      }
      const times = turns.map(({ name, reports }) => `${name} ${seconds(reports.at(-1)?.milliseconds)}`)
      say(round === 0 ? '  warmed up' : `  round ${round} of ${options.rounds}: ${times.join(', ')}`)
    }
  } finally {
    for (const { worker } of turns) await worker.stop()
  }
  return turns.map(({ name, reports, roundTrips }) => ({
    client: name,
    messages: messages.length,
    bytes: bytesOf(messages),
    milliseconds: reports.map(({ milliseconds }) => milliseconds),
    cpu: reports.map(({ cpu }) => cpu),
    roundTrips,
    // The stack's process contains the emulators, not the function.
    peakMemory: name === 'stack' ? undefined : reports.at(-1)?.peakMemory,
  }))
}

interface Turns {
  readonly name: WorkerName
  readonly worker: WorkerProcess
  readonly reports: Report[]
  roundTrips: number | undefined
}

const seconds = (milliseconds = 0): string => `${(milliseconds / 1000).toFixed(2)} s`

const onePeer = async (setting: Setting, which: Case, all: readonly Buffer[], peer: Peer): Promise<Result> => {
  const { place, say } = setting
  const messages = peer.slow ? all.slice(0, Math.ceil(all.length / 10)) : all
  const assignment = await place.prepare(which, messages)
  const { milliseconds, arrived } = await runPeer(peer, assignment)
  const roundTrips = place.roundTrips(which)
  const left = await place.left(assignment.user)
  await place.empty(assignment)
  place.tidy(assignment.folder)
  const complete = arrived === messages.length && left === 0
  say(`  ${peer.name}: ${seconds(milliseconds)}, ${arrived} of ${messages.length} messages arrived`)
  return {
    client: peer.name,
    messages: messages.length,
    bytes: bytesOf(messages),
    milliseconds: [milliseconds],
    cpu: [],
    roundTrips,
    peakMemory: undefined,
    ...(!complete && { failure: `${arrived} of ${messages.length} messages arrived, ${left} remained on the server` }),
  }
}

/** Counts the round trips of a fetch of an empty mailbox, including the one of the TCP handshake. */
export const roundTripsOfPolls = async ({ place, options, assembly }: Setting): Promise<Figure[]> => {
  if (!options.clients.includes('postmaster')) return []
  const worker = await WorkerProcess.start('postmaster', assembly, place.ports)
  try {
    const figures: Figure[] = []
    for (const protocol of new Set(options.cases.map((one) => one.protocol))) {
      const which = { protocol, mail: 'small', delay: 40 } as const
      const assignment = await place.prepare(which, [])
      await worker.collect(assignment)
      await place.check(assignment, [])
      const measured = place.roundTrips(which) ?? Number.NaN
      figures.push({ what: `Empty poll, ${protocol.toUpperCase()}`, unit: 'round trips', measured, goal: 5 })
    }
    return figures
  } finally {
    await worker.stop()
  }
}
