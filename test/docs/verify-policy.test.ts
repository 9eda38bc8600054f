import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { sourceFiles } from '../layers/import-graph.ts'

const root = new URL('../../', import.meta.url).pathname

const policySchema = z.object({
  Statement: z.array(
    z.object({
      Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()),
      Resource: z.string(),
    }),
  ),
})

/** IAM's names for commands whose action has another name. */
const actionOf: Readonly<Record<string, readonly string[]>> = {
  // Anybody may ask who they are.
  'sts:GetCallerIdentity': [],
  'sqs:DeleteMessageBatch': ['sqs:DeleteMessage'],
  // CreateQueue with attributes also needs the permission to set them.
  'sqs:CreateQueue': ['sqs:CreateQueue', 'sqs:SetQueueAttributes'],
}

/** @returns the actions of all commands and paginators that the sources import from the SDK */
const actionsIn = (files: ReadonlyMap<string, string>): string[] =>
  [...files.values()].flatMap((text) =>
    [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-(\w+)'/g)].flatMap(([, names = '', service]) =>
      [...names.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)].flatMap(([, command, paged]) => {
        const action = `${service}:${command ?? paged}`
        return actionOf[action] ?? [action]
      }),
    ),
  )

describe('the policy for verify-deployment in docs/deploying/verifying.md', () => {
  it('the policy allows exactly the actions that the command calls', () => {
    const page = readFileSync(`${root}docs/deploying/verifying.md`, 'utf8')
    const [, json = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? []
    const { Statement } = policySchema.parse(JSON.parse(json))
    const called = new Set(actionsIn(sourceFiles(root, ['verify'])))
    expect(called.size).toBeGreaterThan(8)
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual([...called].sort())
  })
})
