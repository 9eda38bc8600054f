import type { ServiceCall } from '../../../local/start-local.ts'

/** What AWS charges for, counted. */
export interface Usage {
  /** DynamoDB's units of 1 KB written and 4 KB read. */
  writeUnits: number
  readUnits: number
  secretReads: number
  kmsRequests: number
  snsPublishes: number
  sqsSends: number
  s3Writes: number
  s3Reads: number
  logBytes: number
  /** Invocations by the beginning of the function's logical id. */
  invocations: Record<string, number>
}

export const noUsage = (): Usage => ({
  writeUnits: 0,
  readUnits: 0,
  secretReads: 0,
  kmsRequests: 0,
  snsPublishes: 0,
  sqsSends: 0,
  s3Writes: 0,
  s3Reads: 0,
  logBytes: 0,
  invocations: {},
})

const counted = Object.keys(noUsage()).filter((name) => name !== 'invocations') as Exclude<keyof Usage, 'invocations'>[]

/** @returns `(usage - base × times) / by`, but never less than nothing */
export const usagePer = (usage: Usage, base: Usage, times: number, by: number): Usage => {
  const share = (one: number, other: number) => Math.max(0, (one - other * times) / by)
  const result = noUsage()
  for (const name of counted) result[name] = share(usage[name], base[name])
  for (const [name, count] of Object.entries(usage.invocations))
    result.invocations[name] = share(count, base.invocations[name] ?? 0)
  return result
}

/** @returns the usage of several kinds of work, each as often as it happens */
export const totalOf = (parts: readonly (readonly [usage: Usage, times: number])[]): Usage => {
  const total = noUsage()
  for (const [usage, times] of parts) {
    for (const name of counted) total[name] += usage[name] * times
    for (const [name, count] of Object.entries(usage.invocations))
      total.invocations[name] = (total.invocations[name] ?? 0) + count * times
  }
  return total
}

/** Counts a call to any service but DynamoDB. Retrieving and deleting jobs is Lambda's part, which `bill.ts` adds. */
export const countCall = (usage: Usage, { service, operation, method, body }: ServiceCall): void => {
  if (service === 'secretsmanager' && operation === 'GetSecretValue') usage.secretReads += 1
  if (service === 'kms') usage.kmsRequests += 1
  if (service === 's3') usage[method === 'GET' || method === 'HEAD' ? 's3Reads' : 's3Writes'] += 1
  if (service !== 'messaging') return
  // SNS uses the query protocol, whose operation is in the body.
  if (operation === undefined && body.includes('Action=Publish')) usage.snsPublishes += 1
  if (operation === 'SendMessage' || operation === 'SendMessageBatch') usage.sqsSends += 1
}
