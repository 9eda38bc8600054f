import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

/** The variable with the folder in which the stacks of a suite note which grants they have used. */
export const grantsVariable = 'POSTMASTER_TEST_GRANTS'

const usesSchema = z.array(
  z.object({ functionId: z.string(), action: z.string(), resource: z.string(), used: z.boolean() }),
)
type GrantUses = z.infer<typeof usesSchema>

/** Notes the grants of one stack. Each worker of the suite has a file of its own. */
export const noteGrants = (folder: string, uses: Readonly<GrantUses>): void =>
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(uses)}\n`)

/**
 * Lists the grants that no stack of the suite has used, one line for each function and action. They are too wide, or no
 * test covers what needs them.
 */
export const unusedGrants = (folder: string): string[] => {
  const used = new Map<string, boolean>()
  for (const file of existsSync(folder) ? readdirSync(folder) : [])
    for (const line of readFileSync(join(folder, file), 'utf8').trimEnd().split('\n'))
      for (const use of usesSchema.parse(JSON.parse(line))) {
        const name = `${use.functionId}\t${use.action}\t${use.resource}`
        used.set(name, use.used || used.get(name) === true)
      }
  const unused = [...used].filter(([, is]) => !is).map(([name]) => name.split('\t'))
  const byAction = Map.groupBy(unused, ([functionId, action]) => `${functionId} ${action}`)
  return [...byAction]
    .map(([name, grants]) => `${name} on ${grants.map(([, , resource = '']) => shortName(resource)).join(', ')}`)
    .sort()
}

/** The part of an ARN that differs between resources. */
const shortName = (arn: string): string => (arn === '*' ? arn : arn.split(':').slice(5).join(':'))
