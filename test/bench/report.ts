import { readFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import Table from 'cli-table3'
import { goalOf, wordsOf } from './cases.ts'
import type { Figure } from './figure.ts'
import { type CaseResult, median, type Result } from './result.ts'

const names: Readonly<Record<Result['client'], string>> = {
  raw: 'raw socket client',
  bare: 'bare client',
  postmaster: 'Postmaster',
  stack: 'whole local stack',
  getmail6: 'getmail6',
  fetchmail: 'fetchmail',
  mpop: 'mpop',
}

const mebibyte = 1024 * 1024
const heads = ['client', 'messages', 'time (s)', '× raw', 'per s', 'MiB/s', 'trips each', 'CPU (s)', 'MiB']

const row = (result: Result, raw: Result | undefined): string[] => {
  const { client, messages, bytes, failure } = result
  const time = median(result.milliseconds) / 1000
  const each = (milliseconds: number, count: number) => milliseconds / count
  const ratio = raw && each(time, messages) / each(median(raw.milliseconds) / 1000, raw.messages)
  if (failure !== undefined) return [names[client], `${messages}`, time.toFixed(2), failure, '', '', '', '', '']
  return [
    names[client],
    `${messages}`,
    time.toFixed(2),
    ratio?.toFixed(2) ?? '',
    (messages / time).toFixed(0),
    (bytes / mebibyte / time).toFixed(1),
    result.roundTrips === undefined ? '' : (result.roundTrips / messages).toFixed(3),
    result.cpu.length === 0 ? '' : (median(result.cpu) / 1000).toFixed(2),
    result.peakMemory === undefined ? '' : (result.peakMemory / mebibyte).toFixed(0),
  ]
}

/** @returns Postmaster's time as a multiple of the raw client's, if both have run */
export const figuresOf = ({ case: which, results }: CaseResult): Figure[] => {
  const timeOf = (client: Result['client']): number =>
    median(results.find((result) => result.client === client)?.milliseconds ?? [])
  const [raw, ours, bare] = [timeOf('raw'), timeOf('postmaster'), timeOf('bare')]
  if (Number.isNaN(raw) || Number.isNaN(ours)) return []
  const floor = Number.isNaN(bare) ? undefined : bare / raw
  return [{ what: wordsOf(which), unit: '× raw', measured: ours / raw, goal: goalOf(which), floor }]
}

const indented = (text: string): string => text.replace(/^/gm, '  ')

export const tableOf = (all: readonly CaseResult[]): string =>
  all
    .map((result) => {
      const raw = result.results.find(({ client }) => client === 'raw')
      const table = new Table({
        head: heads,
        colAligns: heads.map((_, column) => (column === 0 ? 'left' : 'right')),
        style: { head: [], border: [], compact: true },
      })
      table.push(...result.results.map((one) => row(one, raw)))
      return `${wordsOf(result.case)}\n${indented(`${table}`)}`
    })
    .join('\n\n')

/** Describes the machine, so that results from different machines can be distinguished. */
export const machineWords = (dovecot: string): string => {
  const [first] = cpus()
  const memory = Math.round(totalmem() / mebibyte / 1024)
  return `${cpus().length} × ${first?.model.trim() || 'CPU'} (${arch()}), ${memory} GiB, ${system()}, Node ${process.versions.node}, ${dovecot}`
}

const system = (): string => {
  try {
    const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
    return name ?? `${platform()} ${release()}`
  } catch {
    return `${platform()} ${release()}`
  }
}
