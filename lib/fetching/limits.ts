/** The limits of one fetch run, each with its reason. Sizes are in bytes, times in milliseconds. */
export const limits = {
  /** Messages per request. Each request costs a round trip. The listing has windows of the same size. */
  chunkMessages: 1_000,
  /** Until the pace is known, a chunk is small enough for a slow connection. */
  firstChunkBytes: 32 * 1024 * 1024,
  /** Each chunk costs a round trip, which takes as long as a few megabytes. */
  chunkBytes: 128 * 1024 * 1024,
  /**
   * Messages of a chunk that may be read before the next ones are recorded. After a crash, they are read one by one.
   * Fewer would mean more writes of the status, and more would mean larger ones.
   */
  inFlight: 250,
  /**
   * A chunk that would take longer at the current pace is made smaller, so that a run on a slow server ends in time.
   */
  chunkTime: 60_000,
  /**
   * Messages per removal, for which a removal waits, and the milliseconds after which it takes fewer. Any number costs two
   * round trips. A crash before the removal costs no second fetch, because the rows exist. After a lost QUIT, a POP3
   * server still has this many messages, which are read again and compared. An IMAP UID set of 1,000 scattered UIDs
   * still fits into a line of less than 8 KB.
   */
  departuresAtOnce: 1_000,
  departuresWait: 30_000,
  /** Concurrent stores. With S3's latency of 30 ms, 64 is no faster than 32, and 16 takes a third more time. */
  storesUnderWay: 32,
  /** Stays below 512 MB, including two copies of an 8 MiB message in the mail client and of a 5 MiB upload part. */
  storeBytesUnderWay: 64 * 1024 * 1024,
  /**
   * Rows read with one BatchGetItem. Hostile headers can produce rows of 300 KB, and a whole window of such rows would
   * not fit into memory.
   */
  rowsAtOnce: 100,
  /** Messages to read in one part of a run: more than fit into 240 s, few enough for memory (100 bytes each). */
  candidates: 20_000,
  /** Messages remembered to be read one by one: more than are in flight plus the remainder of a few broken sessions. */
  suspects: 1_000,
  /** A message that crashed this many runs is skipped. */
  deaths: 3,
  /**
   * A message is left alone after the server has agreed this many times to remove it and still lists it. A restored
   * backup or a server that deletes late causes one or two such removals.
   */
  ignoredRemovals: 3,
  /** Messages whose ignored removals are remembered. At 9 characters each, they use 72 KB of a row's 400 KB. */
  ignoredRemovalsKept: 8_000,
  /** No new message is started after this time. */
  startWithin: 240_000,
  /** Work in progress is aborted at this time, 30 s before the function's timeout of 540 s. */
  endWithin: 510_000,
  /** Exceptions remembered for after-fetch `keep`. Beyond this number, the watermark does not advance. */
  keepExceptions: 1_000,
  /** POP3 messages from before the account's start. At 8 characters each, they use 160 KB of a row's 400 KB. */
  seenAtStart: 20_000,
  /**
   * Headers requested together. The row is written after each batch, so that an interruption costs at most one batch.
   */
  headersAtOnce: 100,
  /**
   * How long one part of a run reads headers: half of the time in which it may start messages, so that it also fetches
   * some messages.
   */
  examineWithin: 120_000,
  /**
   * Messages of an account in the quarantine, at 1 KB each, so that one query of a few pages reads them. The counts of
   * a run include the others.
   */
  quarantined: 500,
  /** Milliseconds after which a run confirms that a message is still in the quarantine. */
  quarantineConfirmedAfter: 3_600_000,
  /** Oversized messages that are remembered as reported. */
  reportedTooLarge: 1_000,
  /**
   * Messages remembered as larger than listed, at 150 bytes each. Few servers list false sizes. Messages beyond this
   * number are read again.
   */
  largerThanListed: 200,
} as const
