import type { Leased } from '../../../lib/handover/agents/agent-protocol.ts'

/** Variables of the agent's own environment that every command gets, besides LC_*. */
const inherited = ['PATH', 'LANG', 'HOME', 'TZ', 'USER']

/**
 * The words of a command in which the agent replaces something. They are whole arguments, so that nothing from a mail
 * can become part of another argument.
 */
export const placeholders = {
  /** Becomes the ticket system's name for the queue. */
  queue: '{queue}',
  /** Becomes `--untrusted`, or disappears for trusted mail. */
  untrusted: '{untrusted}',
} as const

/** @returns the arguments in which a placeholder is only a part. They would reach the command unchanged. */
export const brokenPlaceholders = (argv: readonly string[]): string[] =>
  argv.filter((word) => Object.values(placeholders).some((one) => word !== one && word.includes(one)))

export const argvFor = (argv: readonly string[], { queue, trusted }: Pick<Leased, 'queue' | 'trusted'>): string[] =>
  argv.flatMap((word) => {
    if (word === placeholders.queue) return [queue]
    if (word === placeholders.untrusted) return trusted ? [] : ['--untrusted']
    return [word]
  })

/** @param passed names of further variables that the admin has allowed */
export const environmentFor = (
  leased: Leased,
  passed: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> => {
  const names = [...inherited, ...Object.keys(environment).filter((name) => name.startsWith('LC_')), ...passed]
  const own = names.flatMap((name) => {
    const value = environment[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(own),
    POSTMASTER_MESSAGE_ID: leased.messageId,
    POSTMASTER_DELIVERY_ID: leased.deliveryId,
    POSTMASTER_QUEUE: leased.queue,
    POSTMASTER_TRUSTED: flag(leased.trusted),
    POSTMASTER_LOOP: flag(leased.loop),
    POSTMASTER_POSSIBLY_DOUBLED: flag(leased.possiblyDoubled),
    POSTMASTER_ATTEMPT: String(leased.attempt),
  }
}

const flag = (value: boolean): string => (value ? '1' : '0')
