/**
 * The first attempt and two retries. Further retries are left to the caller (SQS, the API's client), which can wait
 * longer.
 */
const maxAttempts = 3
const connectionTimeout = 2_000

const ignore = (): void => undefined
/**
 * Without a logger, or with one that has `info`, the SDK copies the input and the output of each call for it, without
 * secrets. Nothing reads these copies.
 */
const logger = { trace: ignore, debug: ignore, info: undefined as never, warn: ignore, error: ignore }

/** @param milliseconds the time limit until a response begins, and between two parts of a response */
export const clientSettingsFor = (milliseconds: number) => ({
  maxAttempts,
  // Otherwise, each call puts its middleware together again. Nothing changes the middleware of these clients.
  cacheMiddleware: true,
  logger,
  requestHandler: {
    connectionTimeout,
    requestTimeout: milliseconds,
    socketTimeout: milliseconds,
    // Without this setting, the SDK only logs that the time is over and waits indefinitely, on Lambda until the
    // function's timeout.
    throwOnRequestTimeout: true,
  },
})

/**
 * The settings of every AWS client in a function: `new SQSClient(clientSettings)`. The region, credentials and endpoint
 * come from Lambda's environment (`AWS_ENDPOINT_URL…` in the local run). All attempts together end before an API
 * function's timeout (29 s).
 */
export const clientSettings = clientSettingsFor(8_000)

/**
 * For clients that transfer megabytes: enough time for a 5 MiB part on a slow connection that carries other parts at
 * the same time.
 */
export const bulkClientSettings = clientSettingsFor(30_000)
