import { expect, it } from 'vitest'
import * as z from 'zod'
import { blocksOf, documentAt } from './documents.ts'

const policySchema = z.object({
  Statement: z.array(
    z.object({ Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()) }),
  ),
})

/** IAM's names for commands of the AWS CLI that are not the name of one action. */
const actionOf: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  'logs:Tail': 'logs:FilterLogEvents',
  's3:Cp': 's3:GetObject',
}

/** What people do in the console where a section shows no command: alarms, the dashboard, Insights and single messages. */
const inTheConsole = [
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetDashboard',
  'cloudwatch:GetMetricData',
  'cloudwatch:ListDashboards',
  'logs:DescribeLogGroups',
  'logs:GetQueryResults',
  'logs:StartQuery',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
]

/** The sections that need an admin of the AWS account. */
const ofAdmins = ['Restore', 'Raw mail comes back']

const pascalCase = (command: string) => command.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())

it('the policy for operators allows exactly what the runbook tells them to do', () => {
  const sections = documentAt('docs/runbook.md').split(/^(?=## )/m)
  const text = sections.filter((section) => !ofAdmins.some((title) => section.startsWith(`## ${title}\n`))).join('')
  const commands = [...text.matchAll(/\baws (\w+) ([a-z-]+)/g)].map(([, service = '', command = '']) => {
    const action = `${service.replace('s3api', 's3')}:${pascalCase(command)}`
    return actionOf[action] ?? action
  })
  expect(new Set(commands).size).toBeGreaterThan(8)
  const [policy = ''] = blocksOf(text, 'json')
  const allowed = policySchema.parse(JSON.parse(policy)).Statement.flatMap(({ Action }) => Action)
  expect(allowed.sort()).toEqual([...new Set([...commands, ...inTheConsole])].sort())
})
