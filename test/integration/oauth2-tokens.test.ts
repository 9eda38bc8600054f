import { describeTokens } from './oauth2-tokens.ts'

describeTokens(['rotate'], [['IMAPS', 'lost']])
