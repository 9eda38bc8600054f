import * as z from 'zod'
import { type Fault, type FaultPlan, operationOf } from '../../../local/emulators/faults/fault.ts'
import { indexOf } from '../../../local/emulators/faults/inject-fault.ts'
import type { ServiceCall } from '../../../local/start-local.ts'

/** The functions between a mail server and a destination, by the beginning of their logical ids. */
export const pathOfAMail = ['ScheduleFunction', 'FetchingFunction', 'PlanningFunction', 'DeliveringFunction'] as const

/** A kind of call that a function makes, for example the PutItem of the fetch function on the messages. */
export interface Target {
  readonly caller: string
  readonly operation: string
  /** The logical id of the table without its hash, for calls to DynamoDB. */
  readonly table?: string
  /** For queries of an index. */
  readonly index?: string
}

const tablesSchema = z.union([
  z.object({ TableName: z.string() }).transform(({ TableName }) => TableName),
  z
    .object({ RequestItems: z.record(z.string(), z.unknown()) })
    .transform((body) => Object.keys(body.RequestItems).join()),
])

/** @returns undefined for calls of other functions */
export const targetOf = (call: ServiceCall): Target | undefined => {
  const caller = pathOfAMail.find((name) => call.accessKeyId.startsWith(name))
  if (caller === undefined) return undefined
  const operation = operationOf(call)
  if (call.service !== 'dynamodb') return { caller, operation }
  const table = tablesSchema.parse(JSON.parse(call.body.toString()))
  const index = indexOf(call)
  return {
    caller,
    operation,
    table: table.replace(/^.*Tables/, '').replace(/[0-9A-F]{8}$/, ''),
    ...(index !== undefined && { index }),
  }
}

export const nameOf = ({ caller, operation, table, index }: Target): string =>
  [caller.replace('Function', ''), operation, table, index].filter((part) => part !== undefined).join(' ')

const batches = new Set(['BatchGetItem', 'BatchWriteItem', 'SendMessageBatch', 'PublishBatch'])
export const isBatch = ({ operation }: Target): boolean => batches.has(operation)

/** Makes one kind of call fail, once or until it is disarmed, and records which calls are made. */
export class ArmedFaults {
  readonly targets = new Map<string, Target>()
  #armed: { readonly target: string; readonly fault: Fault; readonly once: boolean } | undefined
  #hits = 0

  /** How many calls have failed since `arm`. */
  get hits(): number {
    return this.#hits
  }

  arm(target: Target, fault: Fault, { once }: { readonly once: boolean }): void {
    this.#hits = 0
    this.#armed = { target: nameOf(target), fault, once }
  }

  disarm(): void {
    this.#armed = undefined
  }

  readonly plan: FaultPlan = (call) => {
    const target = targetOf(call)
    if (target === undefined) return undefined
    const name = nameOf(target)
    this.targets.set(name, target)
    if (this.#armed?.target !== name || (this.#armed.once && this.#hits > 0)) return undefined
    this.#hits += 1
    return this.#armed.fault
  }
}
