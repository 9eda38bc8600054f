import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface ListeningSocket {
  /** Parses an address in the kernel's format: hexadecimal, and for IPv4 in its own byte order. */
  readonly address: string
  readonly port: number
}

/** Every TCP socket that a process listens on, as reported by Linux. */
export function listeningSockets(pid: number | undefined): ListeningSocket[] {
  const inodes = new Set(openSockets(pid))
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      // 0A is TCP_LISTEN.
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map((fields) => {
        const [address = '', port = ''] = fields[1]?.split(':') ?? []
        return { address, port: Number.parseInt(port, 16) }
      }),
  )
}

function openSockets(pid: number | undefined): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
    } catch {
      // The descriptor was closed after the listing.
      return []
    }
  })
}

/** The processes that were started by a process and are still running. */
export function childrenOf(pid: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => {
      try {
        return Number(readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]) === pid
      } catch {
        return false
      }
    })
}
