import { describeHugeMessage } from './huge-message.ts'

// The nightly part uses 500 MiB and also IMAPS. test/lib/messages/abortable.test.ts shows that chunks are not kept, and
// test/wire/imap/memory.test.ts covers IMAP without the bundle.
describeHugeMessage({ types: ['POP3S'], mebibytes: 100 })
