/** The first attempt and two more; beyond that the caller (SQS, the API's client) repeats with more patience. */
const maxAttempts = 3
const connectionTimeout = 2_000

/** `milliseconds`: until an answer begins, and between two pieces of one. */
export const clientSettingsFor = (milliseconds: number) => ({
  maxAttempts,
  requestHandler: {
    connectionTimeout,
    requestTimeout: milliseconds,
    socketTimeout: milliseconds,
    // Left out, the SDK only prints that the time is over, and waits for ever: on Lambda the function's whole time.
    throwOnRequestTimeout: true,
  },
})

/**
 * How every AWS client of a function is made: `new SQSClient(clientSettings)`. Region, credentials and endpoint come from
 * Lambda's environment (`AWS_ENDPOINT_URL…` in the local run). All attempts together end before a function of the API does (29 s).
 */
export const clientSettings = clientSettingsFor(8_000)

/** For clients that move megabytes: a part of 5 MiB, with others beside it, on a slow line. */
export const bulkClientSettings = clientSettingsFor(30_000)
