import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'

/** Never an account id as a dimension: CloudWatch bills every combination as a metric of its own. */
export interface FunctionMetrics {
  count(name: string, value: number, dimensions?: Readonly<Record<string, string>>): void
}

/** Embedded metric format: one line of JSON on stdout per set of dimensions, no call to CloudWatch. */
export const openMetrics = (service: string): FunctionMetrics => {
  const metrics = new Metrics({ namespace: 'Postmaster', serviceName: service })
  return {
    count: (name, value, dimensions = {}) => {
      const single = metrics.singleMetric()
      for (const [key, dimension] of Object.entries(dimensions)) single.addDimension(key, dimension)
      single.addMetric(name, MetricUnit.Count, value)
    },
  }
}
