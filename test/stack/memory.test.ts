import { describeHugeMessage } from './huge-message.ts'

// The nightly part has 500 MiB and IMAPS. test/lib/messages/abortable.test.ts shows that no chunk is held, and
// test/wire/imap/memory.test.ts covers IMAP without the bundle.
describeHugeMessage({ types: ['POP3S'], mebibytes: 100 })
