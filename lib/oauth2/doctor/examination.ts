import * as z from 'zod'
import { exampleIds } from '../../requests/documented-fields.ts'

/** What is looked at, in this order; where one fails, those that need it are skipped. */
export const examinedSteps = ['settings', 'endpoints', 'tokens', 'claims', 'mail-server'] as const
export type ExaminedStepName = (typeof examinedSteps)[number]

const conclusionFields = {
  code: z.string().meta({
    description: 'Stable: programs decide by it. `connected` when all is well.',
    examples: ['client-secret-expired'],
  }),
  words: z.string().meta({
    description: 'The cause, in one sentence.',
    examples: ['The client secret of the profile has expired (AADSTS7000222).'],
  }),
  remedy: z.string().meta({
    description: 'What to do about it, and where.',
    examples: [
      'In the Microsoft Entra admin center, open “App registrations” and the app, then “Certificates & secrets”: create a new client secret and set its value in the profile.',
    ],
  }),
}

const factsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])).meta({
  description: 'What was seen: endpoints, the token’s claims, addresses. Never a token or a secret.',
  examples: [{ audience: ['https://outlook.office.com'], person: 'desk@example.com' }],
})

export const examinedStepSchema = z
  .object({
    step: z.enum(examinedSteps).meta({
      description:
        '`settings`: profile, provider and tenant are there; `endpoints`: the provider’s addresses answer; `tokens`: client id, secret and ' +
        'consent are accepted; `claims`: what the token is for and for whom; `mail-server`: the mailbox opens with it.',
      examples: ['tokens'],
    }),
    state: z.enum(['passed', 'failed', 'skipped']).meta({ description: 'What came of it.', examples: ['failed'] }),
    words: z.string().meta({
      description: 'What happened, for people.',
      examples: ['The client secret of the profile has expired (AADSTS7000222).'],
    }),
    code: conclusionFields.code
      .meta({ description: 'Of a failed step.', examples: ['client-secret-expired'] })
      .optional(),
    facts: factsSchema.optional(),
  })
  .meta({ id: 'ExaminedStep', description: 'One step of an examination.' })
export type ExaminedStep = z.infer<typeof examinedStepSchema>

export const conclusionSchema = z
  .object(conclusionFields)
  .meta({ id: 'ExaminationConclusion', description: 'What is wrong, if anything, and how to undo it.' })
export type Conclusion = z.infer<typeof conclusionSchema>

export const examinationSchema = z
  .object({
    accountId: z.string().meta({ description: 'The account that was examined.', examples: [exampleIds.account] }),
    passed: z
      .boolean()
      .meta({ description: 'Whether the account can be fetched with OAuth2 as it is.', examples: [false] }),
    steps: z.array(examinedStepSchema).meta({ description: 'Every step, in the order in which they are tried.' }),
    conclusion: conclusionSchema,
    exchangeCommands: z
      .array(z.string())
      .meta({
        description:
          'Of an application that Microsoft lets in on its own: what an administrator runs in PowerShell once, so that Exchange Online opens ' +
          'the mailbox to it.',
        examples: [
          [
            'Connect-ExchangeOnline',
            "New-ServicePrincipal -AppId '2d4d11a2-f814-46a7-890a-274a72a7309e' -ObjectId '3f9a2d06-8f6d-4c2e-9d3b-6d0c1c5c7b1e' -DisplayName 'Postmaster'",
            "Add-MailboxPermission -Identity 'desk@example.com' -User '3f9a2d06-8f6d-4c2e-9d3b-6d0c1c5c7b1e' -AccessRights FullAccess",
          ],
        ],
      })
      .optional(),
  })
  .meta({ id: 'OAuth2Examination', description: 'What is right and wrong with an account’s OAuth2, step by step.' })
export type Examination = z.infer<typeof examinationSchema>
