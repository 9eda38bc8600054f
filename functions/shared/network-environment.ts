import * as z from 'zod'

const ports = z
  .string()
  .regex(/^(\d{1,5}(,\d{1,5})*)?$/)
  .transform((text) => (text === '' ? [] : text.split(',').map(Number)))

/** Where a function that talks to mail servers may connect: spread `.shape` into the function's own schema. */
export const networkEnvironmentSchema = z.object({
  ALLOW_PRIVATE_ADDRESSES: z.enum(['true', 'false']).transform((text) => text === 'true'),
  EXTRA_MAIL_PORTS: ports,
})

export const networkRulesOf = (environment: z.output<typeof networkEnvironmentSchema>) => ({
  allowPrivateAddresses: environment.ALLOW_PRIVATE_ADDRESSES,
  extraPorts: environment.EXTRA_MAIL_PORTS,
})
