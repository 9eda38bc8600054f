import type { CDPSession } from 'playwright-core'

/** A machine and a line on which a person may use the page. */
export interface Condition {
  readonly name: string
  /** 4 makes the processor four times as slow. */
  readonly cpuFactor: number
  readonly line?: { readonly delayMs: number; readonly bitsPerSecond: number }
}

export const plain: Condition = { name: 'plain', cpuFactor: 1 }
export const slowMachine: Condition = { name: 'CPU ÷ 4', cpuFactor: 4 }

export const conditions: readonly Condition[] = [
  plain,
  slowMachine,
  // A slow mobile line, as browsers' own tools define it.
  { name: 'CPU ÷ 4, 1.6 Mbit/s, 150 ms', cpuFactor: 4, line: { delayMs: 150, bitsPerSecond: 1_600_000 } },
]

export const applyCondition = async (debug: CDPSession, { cpuFactor, line }: Condition): Promise<void> => {
  await debug.send('Emulation.setCPUThrottlingRate', { rate: cpuFactor })
  await debug.send('Network.enable')
  const bytesPerSecond = line === undefined ? -1 : line.bitsPerSecond / 8
  await debug.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: line?.delayMs ?? 0,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  })
}
