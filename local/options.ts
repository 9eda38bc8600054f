import { parseArgs } from 'node:util'
import { LocalError, messageOf } from './common/errors.ts'

export interface Options {
  readonly data: string
  readonly port: number
  readonly parameters: Readonly<Record<string, string>>
  readonly schedule: boolean
  /** Whether the terminal also shows reading requests, rules that fire, and resources that have no effect. */
  readonly verbose: boolean
  /** An existing cloud assembly. Undefined means `cdk.out`, which is synthesised if it is out of date. */
  readonly app: string | undefined
  readonly help: boolean
}

export const defaultPort = 3210

/** @param command `npm start` or `npm run demo`, which have the same options */
export const usage = (command: string): string => `Usage: ${command} -- [options]

  --data DIR             folder for all data (default .local)
  --port NUMBER          port of the HTTP API (default ${defaultPort})
  --set PARAMETER=VALUE  value of a template parameter; can be repeated
  --no-schedule          do not fire rules on their schedule
  --verbose              also show reading requests, rules that fire, and resources that have no effect here
  --app DIR              existing cloud assembly to use instead of cdk.out, which is synthesised if it is out of date
  --help                 show this text`

/**
 * Parses the command line.
 * @throws LocalError that describes the problem
 */
export const parseOptions = (args: readonly string[]): Options => {
  const { values } = parsed(args)
  const port = Number(values.port ?? defaultPort)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new LocalError('usage', `--port must be a number from 0 to 65535, not '${values.port}'.`)
  }
  const parameters: Record<string, string> = {}
  for (const setting of values.set ?? []) {
    const at = setting.indexOf('=')
    if (at < 1) throw new LocalError('usage', `--set must have the form PARAMETER=VALUE, not '${setting}'.`)
    parameters[setting.slice(0, at)] = setting.slice(at + 1)
  }
  return {
    data: values.data ?? '.local',
    port,
    parameters,
    schedule: values['no-schedule'] !== true,
    verbose: values.verbose === true,
    app: values.app,
    help: values.help === true,
  }
}

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        set: { type: 'string', multiple: true },
        'no-schedule': { type: 'boolean' },
        verbose: { type: 'boolean' },
        app: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    const [reason = 'The command line is invalid'] = messageOf(error).split('. ')
    throw new LocalError('usage', `${reason.replace(/\.$/, '')}. See --help.`, { cause: error })
  }
}
