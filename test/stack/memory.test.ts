import { describeHugeMessage } from './huge-message.ts'

// IMAPS: memory.nightly.test.ts, and test/wire/imap/memory.test.ts without the bundle.
describeHugeMessage(['POP3S'])
