import * as z from 'zod'
import { roleEnvironmentSchema } from '../shared/http/role-environment.ts'
import { parseEnvironment, requiredText } from '../shared/parse-environment.ts'
import { publicUrlField } from '../shared/public-url.ts'

const addressList = z
  .string()
  .transform((text) => (text === '' ? [] : text.split(',')))
  .pipe(z.array(z.url({ protocol: /^https?$/ })))

export const consentEnvironment = () =>
  parseEnvironment(
    z.object({
      ...roleEnvironmentSchema.shape,
      ACCOUNTS_TABLE: requiredText,
      OAUTH2_TABLE: requiredText,
      CONSENTS_TABLE: requiredText,
      AUDIT_TABLE: requiredText,
      PUBLIC_URL: publicUrlField,
      RETURN_TO_URLS: addressList,
    }),
  )
