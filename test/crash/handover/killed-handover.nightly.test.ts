import { describeKilledHandover } from './killed-handover.ts'

describeKilledHandover({ kills: 30, conversations: 8, mailsPerConversation: 12, seed: 30, limitMs: 1_800_000 })
