/**
 * How every AWS client of a function is made: `new S3Client(clientSettings)`. Region, credentials and endpoint come from
 * Lambda's environment (`AWS_ENDPOINT_URL…` in the local run).
 */
export const clientSettings = {
  /** The first attempt and two more; beyond that the caller (SQS, the API's client) repeats with more patience. */
  maxAttempts: 3,
  /** Milliseconds. The SDK's default is to wait for ever, which on Lambda means the function's whole time. */
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 },
}
