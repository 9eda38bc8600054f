import * as z from 'zod'
import type { Fixed } from './bill.ts'

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z
        .looseObject({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional() })
        .optional(),
    }),
  ),
})

/** @returns what CloudWatch charges for in a template; an alarm on an expression costs as much as the metrics that it reads */
export const fixedOf = (template: string): Fixed => {
  const resources = Object.values(templateSchema.parse(JSON.parse(template)).Resources)
  const metricsRead = resources
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties?.Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1)
  return {
    alarmMetrics: metricsRead.reduce((sum, count) => sum + count, 0),
    dashboards: resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard').length,
  }
}
