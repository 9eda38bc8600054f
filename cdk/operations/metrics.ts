import { Duration, Fn, Stack } from 'aws-cdk-lib'
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { CollectorFunction } from '../collector-function.ts'
import { deploymentNames } from '../deployment-names.ts'

/** The period of a metric unless its reader states another one. */
export const fiveMinutes = Duration.minutes(5)

type Statistic = 'Sum' | 'Maximum' | 'Average'

/** Postmaster's own metrics, which docs/operations.md lists. */
export class OwnMetrics {
  readonly #namespace: string

  constructor(scope: Construct) {
    this.#namespace = deploymentNames(scope).metricsNamespace
  }

  /** @returns the total that this function records, which has no other dimension than the function's name */
  total(service: string, metricName: string, statistic: Statistic, period = fiveMinutes): Metric {
    const dimensionsMap = { service }
    return new Metric({ namespace: this.#namespace, metricName, dimensionsMap, statistic, period })
  }

  /** @returns a line for each value of the other dimension. CloudWatch allows such a search only in graphs. */
  each(dimension: 'code' | 'destination', metricName: string, statistic: Statistic): IMetric {
    const schema = `{"${this.#namespace}",${dimension},service}`
    return new MathExpression({
      expression: `SEARCH('${schema} MetricName="${metricName}"', '${statistic}', ${fiveMinutes.toSeconds()})`,
      usingMetrics: {},
      label: `\${PROP('Dim.${dimension}')}`,
      period: fiveMinutes,
    })
  }
}

/** @returns one of Lambda's metrics of the function */
export const lambdaMetric = (
  fn: CollectorFunction,
  metricName: 'Errors' | 'Throttles' | 'Duration',
  { period = fiveMinutes, statistic = 'Sum' }: { readonly period?: Duration; readonly statistic?: Statistic } = {},
): Metric => fn.metric(metricName, { statistic, period })

/**
 * @returns how many notifications SNS could not deliver to a subscriber of the topic. The name comes from the ARN,
 *   because the other stack exports only that.
 */
export const undelivered = (topicArn: string): Metric =>
  new Metric({
    namespace: 'AWS/SNS',
    metricName: 'NumberOfNotificationsFailed',
    dimensionsMap: { TopicName: Fn.select(5, Fn.split(':', topicArn)) },
    statistic: 'Sum',
    period: fiveMinutes,
  })

/** Dashboards have no region, so the name of the stack alone would not be unique in an AWS account. */
export const dashboardNameOf = (scope: Construct): string => `${Stack.of(scope).stackName}-${Stack.of(scope).region}`
