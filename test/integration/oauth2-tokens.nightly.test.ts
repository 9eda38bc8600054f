import { describeTokens } from './oauth2-tokens.ts'

describeTokens(
  ['repeat', 'rotate', 'omit'],
  [
    ['IMAPS', 'lost'],
    ['POP3S', 'lost-pop3'],
  ],
)
