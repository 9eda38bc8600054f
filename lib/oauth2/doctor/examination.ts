import * as z from 'zod'
import type { StepLog } from '../../reasons/step-log.ts'
import { exampleIds } from '../../requests/documented-fields.ts'

/** The steps of an examination in this order. If a step fails, the steps that depend on it are skipped. */
export const examinedSteps = ['settings', 'endpoints', 'tokens', 'claims', 'mail-server'] as const
export type ExaminedStepName = (typeof examinedSteps)[number]
export type ExaminationLog = StepLog<ExaminedStepName>

const conclusionFields = {
  code: z.string().meta({
    description: 'A stable code. It is `connected` if everything works.',
    examples: ['client-secret-expired'],
  }),
  detail: z.string().meta({
    description: 'The cause, in one sentence.',
    examples: ['The profile’s client secret has expired (AADSTS7000222).'],
  }),
  remedy: z.string().meta({
    description: 'What to do about it, and where.',
    examples: [
      'In the Microsoft Entra admin center, open “App registrations” and the app, then “Certificates & secrets”. Create a new client secret and set its value in the profile.',
    ],
  }),
}

const factsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])).meta({
  description: 'Observed facts: endpoints, the token’s claims, addresses. They never contain a token or a secret.',
  examples: [{ audience: ['https://outlook.office.com'], person: 'desk@example.com' }],
})

const examinedStepSchema = z
  .object({
    step: z.enum(examinedSteps).meta({
      description:
        '`settings`: profile, provider and tenant exist. `endpoints`: the provider’s endpoints respond. `tokens`: the provider accepts client id, secret and ' +
        'consent. `claims`: the token is for the right service and person. `mail-server`: the mailbox opens with the token.',
      examples: ['tokens'],
    }),
    state: z.enum(['passed', 'failed', 'skipped']).meta({ description: 'The step’s result.', examples: ['failed'] }),
    detail: z.string().meta({
      description: 'Human-readable summary of what happened.',
      examples: ['The profile’s client secret has expired (AADSTS7000222).'],
    }),
    code: conclusionFields.code
      .meta({ description: 'The code of the failure, if the step failed.', examples: ['client-secret-expired'] })
      .optional(),
    facts: factsSchema.optional(),
  })
  .meta({ id: 'ExaminedStep', description: 'One step of an examination.' })

const conclusionSchema = z
  .object(conclusionFields)
  .meta({ id: 'ExaminationConclusion', description: 'What is wrong, if anything, and how to fix it.' })

export const examinationSchema = z
  .object({
    accountId: z.string().meta({ description: 'The account that was examined.', examples: [exampleIds.account] }),
    passed: z
      .boolean()
      .meta({ description: 'Whether Postmaster can fetch the account with OAuth2.', examples: [false] }),
    steps: z.array(examinedStepSchema).meta({ description: 'Every step, in the order in which it is tested.' }),
    conclusion: conclusionSchema,
    exchangeCommands: z
      .array(z.string())
      .meta({
        description:
          'Present for app-only access at Microsoft: the PowerShell commands that an administrator runs once, so that Exchange Online opens ' +
          'the mailbox for the application.',
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
  .meta({ id: 'OAuth2Examination', description: 'The diagnosis of an account’s OAuth2 setup, step by step.' })
export type Examination = z.infer<typeof examinationSchema>
