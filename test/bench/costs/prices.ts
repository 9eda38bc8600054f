/**
 * List prices in us-east-1, in US dollars, without the free tier, as published in November 2026. Check them before you
 * rely on the result: https://calculator.aws
 */
export const prices = {
  date: '2026-11',
  region: 'us-east-1',
  secretPerMonth: 0.4,
  secretRead: 0.05 / 10_000,
  keyPerMonth: 1,
  kmsRequest: 0.03 / 10_000,
  lambdaRequest: 0.2 / 1e6,
  /** arm64, for each GB and second. */
  lambdaSecond: 0.000_013_333_4,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  /** DynamoDB, with point-in-time recovery (0.25 + 0.20), for each GB and month. */
  tableStorage: 0.45,
  s3Write: 0.005 / 1000,
  s3Read: 0.0004 / 1000,
  s3Storage: 0.023,
  snsPublish: 0.5 / 1e6,
  sqsStandard: 0.4 / 1e6,
  sqsFifo: 0.5 / 1e6,
  apiRequest: 1 / 1e6,
  metricPerMonth: 0.3,
  /** For each metric that the alarm reads. */
  alarmPerMonth: 0.1,
  dashboardPerMonth: 3,
  /** Ingestion and a month of storage, for each GB. */
  logs: 0.5 + 0.03,
} as const
