import { describeHugeMessage } from './huge-message.ts'

// The nightly version uses a 500 MiB message and also covers IMAPS. test/lib/messages/abortable.test.ts verifies that
// chunks are not retained, and test/wire/imap/memory.test.ts covers IMAP without the bundle.
describeHugeMessage({ types: ['POP3S'], mebibytes: 100 })
