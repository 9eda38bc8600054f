import { beforeAll, describe, expect, it } from 'vitest'
import { synthesised, type Templates } from '../synthesised.ts'

let templates: Templates
let text: string
beforeAll(() => {
  templates = synthesised()
  const [dashboard, ...more] = Object.values(templates.collector.findResources('AWS::CloudWatch::Dashboard'))
  expect(more).toEqual([])
  text = JSON.stringify(dashboard?.Properties).replaceAll('\\"', '"').replaceAll('\\"', '"')
})

describe('the dashboard', () => {
  it('the dashboard has a name that no other region and no other stage uses', () => {
    templates.collector.hasResourceProperties('AWS::CloudWatch::Dashboard', {
      DashboardName: { 'Fn::Join': ['', ['PostmasterCollector-', { Ref: 'AWS::Region' }]] },
    })
    synthesised({ stage: 'test' }).collector.hasResourceProperties('AWS::CloudWatch::Dashboard', {
      DashboardName: { 'Fn::Join': ['', ['Postmaster-test-Collector-', { Ref: 'AWS::Region' }]] },
    })
  })

  it.each(['Mail flow and accounts', 'Hand-over', 'Queues', 'Functions', 'API'])(
    'the dashboard has a section on %s',
    (title) => {
      expect(text).toContain(`## ${title}`)
    },
  )

  it('the dashboard shows the state of every alarm', () => {
    const ids = Object.keys(templates.collector.findResources('AWS::CloudWatch::Alarm'))
    for (const id of ids) expect(text).toContain(`"${id}"`)
  })

  it('the dashboard shows every function that rules and queues invoke', () => {
    const ids = Object.keys(templates.collector.findResources('AWS::Lambda::Function')).filter(
      (id) => !id.startsWith('Api') && !id.startsWith('Page'),
    )
    expect(ids.length).toBeGreaterThan(5)
    for (const id of ids) expect(text).toContain(`"${id}"`)
  })

  it('the dashboard finds the metrics of each destination and each reason, which do not exist at the deployment', () => {
    expect(text).toMatch(/SEARCH\('\{\\*"Postmaster\\*",destination,service\} MetricName=\\*"OldestUndelivered/)
    expect(text).toMatch(/SEARCH\('\{\\*"Postmaster\\*",code,service\} MetricName=\\*"FetchFailed/)
  })
})
