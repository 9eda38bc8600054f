import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { documentAt } from '../../docs/documents.ts'
import { resourcesByPath, synthesised, type Templates } from '../synthesised.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const runbook = documentAt('docs/runbook.md')
const operations = documentAt('docs/operations.md')

let templates: Templates
let alarms: Map<string, Record<string, unknown>>
beforeAll(() => {
  templates = synthesised()
  alarms = new Map(
    [...resourcesByPath(templates.collector, 'AWS::CloudWatch::Alarm').values()].map(({ Properties }) => [
      String(Properties.AlarmName).replace('PostmasterCollector-', ''),
      Properties,
    ]),
  )
})

/** The sections of the runbook by their anchors, which the test of all links compares with the headings. */
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => {
      const [title = '', ...lines] = section.split('\n')
      return [
        title
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
        lines.join('\n'),
      ]
    }),
)

/** The table of alarms: the anchor of each alarm's section. */
const listed = new Map(
  [...runbook.matchAll(/^\| (`[A-Z][^|]+`) +\| \[[^\]]+\]\(#([^)]+)\)/gm)].flatMap(([, names = '', anchor = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']): [string, string] => [name, anchor]),
  ),
)

describe('the runbook', () => {
  it('the runbook lists every alarm, and no other one, with the section that the alarm links to', () => {
    const linked = [...alarms].map(([name, { AlarmDescription }]) => [name, String(AlarmDescription).split('#')[1]])
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(linked))
  })

  it('the runbook says for every alarm what it means for the mail, what to do, and how to see that it is over', () => {
    for (const [name, anchor] of listed) {
      const section = sections.get(anchor)
      for (const part of ['What you see', 'What it means for the mail', 'Why', 'What to do', 'It is over'])
        expect(section, name).toContain(`**${part}`)
    }
  })

  it('the runbook’s names of logs each belong to one log group', () => {
    const groups = Object.keys(templates.collector.findResources('AWS::Logs::LogGroup'))
    const names = new Set([...runbook.matchAll(/`logs (\w+) \d+[hd]`/g)].map(([, name = '']) => name))
    expect(names.size).toBeGreaterThan(5)
    for (const name of names)
      expect(
        groups.filter((id) => id.startsWith(name)),
        name,
      ).toHaveLength(1)
  })

  it('the runbook and the page on operations name only outputs that exist', () => {
    const outputs = { ...templates.stateful.findOutputs('*'), ...templates.collector.findOutputs('*') }
    const named = [...`${runbook}${operations}`.matchAll(/`([A-Z]\w*(?:Url|TopicArn|LogName|DashboardName))`/g)]
    expect(named.length).toBeGreaterThan(5)
    for (const [, name = ''] of named) expect(Object.keys(outputs)).toContain(name)
  })
})

describe('the cost of watching', () => {
  it('the documents name the number of alarms and of the metrics that they read, which CloudWatch bills', () => {
    const read = [...alarms.values()].reduce((sum, { Metrics }) => {
      const metrics = (Metrics ?? [{ MetricStat: {} }]) as { MetricStat?: unknown }[]
      return sum + metrics.filter(({ MetricStat }) => MetricStat !== undefined).length
    }, 0)
    expect(operations).toContain(`${alarms.size} alarms on ${read} metrics`)
    expect(documentAt('docs/deploying.md')).toContain(`The deployment has ${alarms.size} alarms`)
  })
})

describe('the metrics', () => {
  /** The table of metrics: the function that records each one. */
  const documented = new Map(
    [...operations.matchAll(/^\| `(\w+)` +\| `([a-z-]+)` +\|/gm)].map(([, name = '', service = '']) => [name, service]),
  )
  /** The names in the sources of the background functions. Two capital letters distinguish them from other words. */
  const recorded = new Map(
    globSync('functions/*/handler.ts', { cwd: root }).flatMap((path) =>
      [...readFileSync(`${root}${path}`, 'utf8').matchAll(/'([A-Z][a-z]+(?:[A-Z][a-z]+)+)'/g)]
        .map(([, name = '']) => name)
        .filter((name) => !name.endsWith('Error'))
        .map((name): [string, string] => [name, path.split('/')[1] ?? '']),
    ),
  )

  it('the metrics in docs/operations.md are those that the functions record', () => {
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(recorded))
  })

  it('the metrics of every alarm are recorded by the function that the alarm names', () => {
    const used = [...alarms.values()].flatMap(({ MetricName, Dimensions, Metrics = [] }) =>
      [{ MetricName, Dimensions }, ...(Metrics as { MetricStat?: { Metric: object } }[]).map(metricOf)].flatMap(
        serviceOf,
      ),
    )
    expect(used.length).toBeGreaterThan(10)
    for (const { name, service } of used) expect(documented.get(name), name).toBe(service)
  })
})

interface AlarmMetric {
  readonly MetricName?: unknown
  readonly Dimensions?: unknown
}

const metricOf = ({ MetricStat }: { readonly MetricStat?: { readonly Metric: AlarmMetric } }): AlarmMetric =>
  MetricStat?.Metric ?? {}

/** The name and the function of one of Postmaster's own metrics. */
const serviceOf = ({ MetricName, Dimensions }: AlarmMetric) =>
  ((Dimensions ?? []) as { Name: string; Value: unknown }[])
    .filter(({ Name }) => Name === 'service')
    .map(({ Value }) => ({ name: String(MetricName), service: Value }))
