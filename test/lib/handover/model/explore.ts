import { seededRandom } from '../../../mail-server/random.ts'
import { actAsPerson } from './person.ts'
import type { Fate, Process } from './process.ts'
import { faultsAtRest, isAtRest, verdictOf } from './verdict.ts'
import { World, type WorldOptions } from './world.ts'

/** A crash or a failed call at one step of an otherwise calm run. */
export interface SingleFault {
  readonly step: number
  readonly kind: 'crash' | Exclude<Fate, 'works'>
}

export interface Exploration {
  readonly violations: readonly string[]
  /** The number of steps until everything was at rest. */
  readonly steps: number
}

/** The steps of the troubled part of a random run. Afterwards, nothing fails, and everything must come to rest. */
const troubledSteps = 400
/** The sweeps after which a run that is not at rest never will be. Five days of back-off take about 20. */
const mostSweeps = 120

/** Explores one random run: everything that can go wrong does so, in any order, and then nothing does. */
export const exploreAtRandom = async (seed: number, trace?: string[]): Promise<Exploration> => {
  const random = seededRandom(seed)
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  const options: WorldOptions = {
    idempotency: pick(['key', 'message-id', 'lookup', 'none'] as const) ?? 'none',
    doubt: random() < 0.8 ? 'repeat' : 'ask',
    pull: random() < 0.5,
    conversations: 1 + Math.floor(random() * 3),
    messages: 3 + Math.floor(random() * 5),
  }
  const world = new World(options, random)
  const { memory, receivers, announcements } = world
  memory.trace = trace
  receivers.trouble = random() * 0.6
  const crashes = random() < 0.3 ? 0 : random() * 0.08
  const failures = random() < 0.5 ? 0 : random() * 0.06
  const people = random() < 0.5 ? 0 : 0.02
  for (const id of announcements.splice(0).toSorted(() => random() - 0.5)) {
    if (random() < 0.85) announcements.push(id)
    if (random() < 0.2) announcements.push(id)
  }
  for (let step = 0; step < troubledSteps; step += 1) {
    world.tidy()
    const roll = random()
    if (roll < 0.08) memory.pass(pick([1, 5, 20, 61, 61, 130, 1000]) ?? 1)
    else if (roll < 0.11) world.sweep()
    else if (roll < 0.16) takeOne(announcements, random, (id) => world.plan(id))
    else if (roll < 0.28) takeOne(memory.wakes, random, (job) => world.work(job))
    else if (roll < 0.31) world.agent()
    else if (roll < 0.31 + people) actAsPerson(world, random)
    else if (roll < 0.36) changeDestination(world, random)
    else {
      // A slow process continues long after its lease, for example because a virtual machine was paused.
      const process = pick(world.processes.filter(({ waits, isSlow }) => waits && (!isSlow || random() < 0.1)))
      if (!process) continue
      const fault = random()
      if (fault < crashes) world.crash(process)
      else await process.step(fault < crashes + failures ? (random() < 0.5 ? 'fails' : 'fails-after') : 'works')
    }
  }
  return await comeToRest(world)
}

/** Explores one calm run, with one fault at most. Without a fault, it returns the number of steps. */
export const exploreOnce = async (options: WorldOptions, fault?: SingleFault): Promise<Exploration> => {
  const world = new World(options, seededRandom(1))
  return await comeToRest(world, fault)
}

const comeToRest = async (world: World, fault?: SingleFault): Promise<Exploration> => {
  const { memory, receivers, announcements } = world
  receivers.trouble = 0
  receivers.down.clear()
  for (const destination of memory.destinations.values())
    memory.destinations.set(destination.destinationId, { ...destination, validity: 'valid' })
  memory.index()
  let steps = 0
  const run = async (process: Process | undefined): Promise<void> => {
    while (process?.waits) {
      steps += 1
      if (steps !== fault?.step) await process.step('works')
      else if (fault.kind === 'crash') world.crash(process)
      else await process.step(fault.kind)
    }
  }
  const runAll = async () => {
    for (;;) {
      world.tidy()
      const waiting = world.processes.find(({ waits }) => waits)
      const id = waiting ? undefined : announcements.shift()
      const job = waiting || id !== undefined ? undefined : memory.wakes.shift()
      if (waiting) await run(waiting)
      else if (id !== undefined) await run(world.plan(id))
      else if (job) await run(world.work(job))
      else return
    }
  }
  await runAll()
  for (let sweeps = 0; sweeps < mostSweeps && !(isAtRest(world) && sweeps > 0); sweeps += 1) {
    memory.pass(secondsToNext(world))
    // The indexes catch up long before the next sweep.
    for (let version = 0; version < 6; version += 1) memory.index()
    await run(world.sweep())
    await runAll()
    await run(world.agent())
    await runAll()
  }
  // Two faults at once can leave the marker of a delivery that has ended. The next worker of its lane removes it.
  if (!fault) for (const lane of memory.lanes.keys()) await run(world.look(lane))
  return { violations: [...memory.violations, ...faultsAtRest(world), ...verdictOf(world)], steps }
}

/** A sweep runs every minute. Minutes in which nothing can happen are left out. */
const secondsToNext = ({ memory }: World): number => {
  const times = [
    ...[...memory.rows.values()].map(({ dueAt }) => dueAt),
    ...[...memory.circuits.values()].map(({ nextProbeAt }) => nextProbeAt),
  ].flatMap((time) => (time === undefined ? [] : [(Date.parse(time) - memory.time) / 1000]))
  const next = Math.min(...times.filter((seconds) => seconds > 0))
  const isDue = times.some((seconds) => seconds <= 0)
  return isDue || !Number.isFinite(next) ? 61 : Math.max(61, next + 1)
}

/** Takes any job of a queue. It may be lost, or delivered twice. */
const takeOne = <Job>(queue: Job[], random: () => number, start: (job: Job) => void): void => {
  const [job] = queue.splice(Math.floor(random() * queue.length), 1)
  if (job === undefined) return
  const roll = random()
  if (roll < 0.1) return
  if (roll > 0.9) start(job)
  start(job)
}

const changeDestination = (world: World, random: () => number): void => {
  const { memory, receivers } = world
  const destination = memory.destinations.get(random() < 0.5 ? 'push' : 'other')
  if (!destination) return
  const { destinationId, limits } = destination
  const roll = random()
  if (roll < 0.5) {
    if (receivers.down.has(destinationId)) receivers.down.delete(destinationId)
    else if (roll < 0.2) receivers.down.add(destinationId)
    return
  }
  const changes =
    roll < 0.7
      ? { validity: destination.validity === 'valid' ? ('invalid' as const) : ('valid' as const) }
      : roll < 0.85
        ? { limits: { ...limits, concurrency: 1 + Math.floor(random() * 10) } }
        : { selection: { ...destination.selection, queueIds: random() < 0.5 ? ('all' as const) : ['q-other'] } }
  memory.destinations.set(destinationId, { ...destination, ...changes })
}
