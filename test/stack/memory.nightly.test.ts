import { describeHugeMessage } from './huge-message.ts'

describeHugeMessage({ types: ['IMAPS', 'POP3S'], mebibytes: 500 })
