import { describeHugeMessage } from './huge-message.ts'

describeHugeMessage(['IMAPS', 'POP3S'])
