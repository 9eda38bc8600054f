import * as z from 'zod'

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

const ports = z
  .string()
  .regex(/^(\d{1,5}(,\d{1,5})*)?$/)
  .transform((text) => (text === '' ? [] : text.split(',').map(Number)))

/**
 * The addresses and ports to which a function that uses mail servers may connect. Spread `.shape` into the function's
 * own schema.
 */
export const networkEnvironmentSchema = z.object({
  ALLOW_PRIVATE_ADDRESSES: flag,
  ALLOW_CLEAR_TEXT_ON_LOOPBACK: flag,
  EXTRA_MAIL_PORTS: ports,
})

export const networkRulesOf = (environment: z.output<typeof networkEnvironmentSchema>) => ({
  allowPrivateAddresses: environment.ALLOW_PRIVATE_ADDRESSES,
  allowClearTextOnLoopback: environment.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
  extraPorts: environment.EXTRA_MAIL_PORTS,
})
