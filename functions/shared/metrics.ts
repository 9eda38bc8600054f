import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'

/** An account id is never a dimension, because CloudWatch bills every combination as a separate metric. */
export interface FunctionMetrics {
  count(name: string, value: number, dimensions?: Readonly<Record<string, string>>): void
}

/** Uses the embedded metric format: one line of JSON on stdout per set of dimensions, without a call to CloudWatch. */
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
