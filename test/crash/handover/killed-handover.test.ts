import { describeKilledHandover } from './killed-handover.ts'

describeKilledHandover({ kills: 3, conversations: 3, mailsPerConversation: 4, seed: 12, limitMs: 300_000 })
