import * as z from 'zod'
import type { Answer, DocumentedAnswer } from './route.ts'

/**
 * The query parameter of every download. A script in a browser cannot follow a redirect to another origin without
 * sending the API's token there, so it asks for the link and then opens it.
 */
export const downloadQuerySchema = z.strictObject({
  as: z
    .enum(['redirect', 'link'])
    .meta({
      description: '`redirect`: the answer redirects to the link. `link`: the answer contains the link.',
      examples: ['link'],
    })
    .default('redirect'),
})
type DownloadQuery = z.output<typeof downloadQuerySchema>

const downloadLinkSchema = z
  .object({
    url: z.string().meta({
      format: 'uri',
      description: 'An address that needs no token and always saves a file. It is valid for five minutes.',
      examples: ['https://raw-mail.s3.eu-central-1.amazonaws.com/views/1?X-Amz-Expires=300'],
    }),
  })
  .meta({ id: 'DownloadLink', description: 'A link to a file.' })

/** The documented answers of every download. */
export const downloadAnswers: Readonly<Record<number, DocumentedAnswer>> = {
  200: { description: 'The link to the file, if the request has `as=link`.', body: downloadLinkSchema },
  303: { description: 'A redirect to the file.', headers: ['location'] },
}

/** @param url a presigned link to the file */
export const downloadAnswer = (url: string, { as }: DownloadQuery): Answer =>
  as === 'link' ? { status: 200, body: { url } } : { status: 303, headers: { location: url } }
