/** What one fetch run may take, each with its reason. Sizes in bytes, times in milliseconds. */
export const limits = {
  /** How much is fetched again after a crash, against one more round trip: at 40 ms, 250 costs 0.4 s per 1,000 messages. */
  chunkMessages: 250,
  chunkBytes: 32 * 1024 * 1024,
  /** A chunk that would take longer at the pace seen so far is made smaller, so that a slow server still ends in time. */
  chunkTime: 60_000,
  /**
   * Stored messages that wait to leave the server, and milliseconds after which fewer leave: deleting costs two round trips however many
   * they are. A crash before that costs no second fetch, because their rows are there; the next run deletes them.
   */
  departuresWaiting: 1_000,
  departuresWait: 30_000,
  /** In one request: a POP3 session is to commit 200 at most, and an IMAP UID set of 1,000 scattered UIDs is still a line below 8 KB. */
  departuresAtOnce: { imap: 1_000, pop3: 200 },
  /** Stores under way: 64 gain nothing over 32 against S3's 30 ms, and 16 cost a third more time. */
  storesUnderWay: 32,
  /** With one 8 MiB row in the client twice and one 5 MiB upload part twice this stays below 512 MB. */
  storeBytesUnderWay: 64 * 1024 * 1024,
  /** Rows read together: one BatchGetItem. Hostile headers make rows of 300 KB, and a whole window of them would not fit into memory. */
  rowsAtOnce: 100,
  /** Messages looked at in one part of a run; more than 240 s allow, few enough to hold in memory (100 bytes each). */
  candidates: 20_000,
  /** Messages remembered to be read one by one; more than one chunk and what a few breaks leave. */
  suspects: 1_000,
  /** A message that killed this many runs is left alone. */
  deaths: 3,
  /**
   * A message is left alone once the server has agreed so often to remove it and still lists it. A restored backup or a
   * server that deletes late causes one or two.
   */
  ignoredRemovals: 3,
  /** Messages whose ignored removals are remembered, by 9 characters each: 90 KB of a row that holds 400 KB. */
  ignoredRemovalsKept: 10_000,
  /** No message is started after this, */
  startWithin: 240_000,
  /** and what is under way ends here: 30 s before the function's own end at 540 s. */
  endWithin: 510_000,
  /** Exceptions remembered for after-fetch `keep`; beyond it the watermark stays where it is. */
  keepExceptions: 1_000,
  /** POP3 accounts that start later than their mail: messages remembered by 8 characters each; 160 KB, and a row holds 400. */
  seenAtStart: 20_000,
  /** Headers asked for together; each time the row is written, so that whatever breaks off costs no more than these. */
  headersAtOnce: 100,
  /** How long a part of a run looks at headers: half of the time in which it may start messages, so that it fetches some, too. */
  lookWithin: 120_000,
  /** Too large messages remembered as reported. */
  reportedTooLarge: 1_000,
  /** Messages remembered to be larger than listed, 150 bytes each. Few servers list false sizes; beyond it messages are read again. */
  largerThanListed: 200,
} as const
