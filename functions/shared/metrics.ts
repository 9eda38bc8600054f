import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { readEnvironment } from '../environment.ts'

/** An account id is never a dimension, because CloudWatch bills every combination as a separate metric. */
export interface FunctionMetrics {
  count(name: string, value: number, dimensions?: Readonly<Record<string, string>>): void
}

export interface TimingMetrics extends FunctionMetrics {
  time(name: string, milliseconds: number, dimensions?: Readonly<Record<string, string>>): void
}

/** The figures of a sweep, which include ages in seconds. */
export interface AgeMetrics extends FunctionMetrics {
  seconds(name: string, value: number, dimensions?: Readonly<Record<string, string>>): void
}

/** Uses the embedded metric format: one line of JSON on stdout per set of dimensions, without a call to CloudWatch. */
export const openMetrics = (service: string): TimingMetrics & AgeMetrics => {
  const { METRICS_NAMESPACE: namespace } = readEnvironment(['METRICS_NAMESPACE'])
  const metrics = new Metrics({ namespace, serviceName: service })
  const add =
    (unit: (typeof MetricUnit)['Count' | 'Milliseconds' | 'Seconds']): FunctionMetrics['count'] =>
    (name, value, dimensions = {}) => {
      const single = metrics.singleMetric()
      for (const [key, dimension] of Object.entries(dimensions)) single.addDimension(key, dimension)
      single.addMetric(name, unit, value)
    }
  return { count: add(MetricUnit.Count), time: add(MetricUnit.Milliseconds), seconds: add(MetricUnit.Seconds) }
}
