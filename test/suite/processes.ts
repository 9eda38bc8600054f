import { readdirSync, readFileSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly session: number
  readonly isZombie: boolean
}

/** Every process of this machine, from /proc. Empty on systems without /proc. */
const processes = (): Process[] =>
  numericEntries().flatMap((pid) => {
    const stat = readOf(pid, 'stat')
    // The program's name, in brackets, may itself contain spaces and brackets.
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === undefined || session === undefined
      ? []
      : [{ pid, parent: Number(parent), session: Number(session), isZombie: state === 'Z' || state === 'X' }]
  })

const numericEntries = (): number[] => {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** Empty if the process has ended in the meantime, or if its file belongs to another user. */
const readOf = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

/** A description of a process for people. */
export const nameOf = (pid: number): string => readOf(pid, 'cmdline').replaceAll('\0', ' ').trim().slice(0, 160)

/**
 * Finds the processes that a command has started, directly or indirectly.
 *
 * @param leader the command's process, which leads a session of its own
 * @param mark a text in the command's environment that no other process has
 * @param known processes that were found before, whose own children count even after they have ended
 * @returns living processes: in the leader's session, with the mark in their environment, or descending from such a
 * process
 */
export const startedBy = (leader: number, mark: string, known: ReadonlySet<number> = new Set()): Set<number> => {
  const all = processes()
  const alive = all.filter(({ isZombie }) => !isZombie)
  const found = new Set<number>([leader, ...known])
  for (const { pid, session } of alive)
    if (session === leader || (pid !== process.pid && readOf(pid, 'environ').includes(mark))) found.add(pid)
  // A parent may have a higher process id than its child, so one pass is not enough.
  for (let size = 0; size < found.size; ) {
    size = found.size
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid)
  }
  return new Set(alive.map(({ pid }) => pid).filter((pid) => found.has(pid)))
}
