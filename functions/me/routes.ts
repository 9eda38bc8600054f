import * as z from 'zod'
import { type Route, route } from '../shared/http/route.ts'

const meSchema = z
  .object({
    name: z.string().meta({ description: 'The name that the audit trail records.', examples: ['jane@example.com'] }),
    sub: z
      .string()
      .optional()
      .meta({
        description: 'The `sub` of the token, which permanently identifies a person.',
        examples: ['5f6c1e52-90d1-70a4-9f43-3c1d5e0f7b21'],
      }),
    role: z.enum(['reader', 'admin']).meta({
      description: 'A `reader` can read everything except the audit trail. An `admin` can also change everything.',
      examples: ['admin'],
    }),
    deployment: z.string().meta({
      description: 'The name of this deployment, which its deployer chose.',
      examples: ['Postmaster'],
    }),
  })
  .meta({ id: 'Me', description: 'The signed-in person.' })

export const meRoutes = (deployment: string): Route[] => [
  route({
    method: 'GET',
    path: '/me',
    role: 'reader',
    operation: 'readMe',
    summary: 'Read who is signed in',
    description:
      'Returns the name and the role that Postmaster takes from the access token, and the name of the deployment.',
    answers: { 200: { description: 'The signed-in person.', body: meSchema } },
    examples: [{ summary: 'The signed-in person', status: 200 }],
    handle: async ({ caller: { name, sub }, role }) => ({ status: 200, body: { name, sub, role, deployment } }),
  }),
]
