import * as z from 'zod'
import { oneLineText } from '../../text/one-line-text.ts'
import { uniqueName } from '../../text/unique-name.ts'
import { providerFieldDocs } from '../providers/provider-fields.ts'
import { grantTypes } from './profile.ts'
import { profileFieldDocs as docs } from './profile-fields.ts'

/** A directory's id or domain: it becomes part of an address, so nothing that means something there is in it. */
const tenant = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'must be a directory (tenant) id or a domain')

/** RFC 6749 appendix A.1 allows blanks too; nobody has such an id, and they come along when one is copied. */
const clientId = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[!-~]+$/, 'must be printable ASCII without blanks')

/** RFC 6749 appendix A.2. Longest known are some hundred characters. */
const clientSecret = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[ -~]+$/, 'must be printable ASCII on one line')
  .regex(/^(?! ).*(?<! )$/s, 'must not begin or end with a blank: they come along when it is copied')

export const profileInputSchema = z
  .strictObject({
    name: uniqueName.meta(docs.name),
    providerId: z.string().min(1).max(64).meta(providerFieldDocs.providerId),
    tenant: tenant.meta(docs.tenant).optional(),
    clientId: clientId.meta(docs.clientId),
    clientSecret: clientSecret.nullable().meta(docs.clientSecret).optional(),
    grant: z.enum(grantTypes).meta(docs.grant).default('authorization_code'),
    secretExpiresOn: z.iso.date('must be a day such as `2027-03-01`').meta(docs.secretExpiresOn).optional(),
    comment: oneLineText.max(250).meta(docs.comment).default(''),
  })
  .meta({ id: 'OAuth2ProfileInput', description: 'An OAuth2 profile as it is sent.' })
export type ProfileInput = z.output<typeof profileInputSchema>
