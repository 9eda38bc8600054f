import { describeSixAccounts } from './six-accounts.ts'

describeSixAccounts(200)
