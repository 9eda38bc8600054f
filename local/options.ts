import { parseArgs } from 'node:util'
import { LocalError, words } from './common/errors.ts'

export interface Options {
  readonly data: string
  readonly port: number
  readonly parameters: Readonly<Record<string, string>>
  readonly schedule: boolean
  /** A ready cloud assembly; undefined means `cdk.out`, synthesised when stale. */
  readonly app: string | undefined
  readonly help: boolean
}

export const defaultPort = 3210

export const usage = `Usage: npm start -- [options]

  --data DIR             where data live (default .local)
  --port NUMBER          of the HTTP API (default ${defaultPort})
  --set PARAMETER=VALUE  a parameter of the templates; may be given again
  --no-schedule          the rules do not fire by the clock
  --app DIR              a ready cloud assembly instead of cdk.out, which is synthesised when stale
  --help                 this text`

/** Parses the command line. Throws a `LocalError` that says what is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parsed(args)
  const port = Number(values.port ?? defaultPort)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new LocalError('usage', `--port takes a number from 0 to 65535, not '${values.port}'.`)
  }
  const parameters: Record<string, string> = {}
  for (const setting of values.set ?? []) {
    const at = setting.indexOf('=')
    if (at < 1) throw new LocalError('usage', `--set takes PARAMETER=VALUE, not '${setting}'.`)
    parameters[setting.slice(0, at)] = setting.slice(at + 1)
  }
  return {
    data: values.data ?? '.local',
    port,
    parameters,
    schedule: values['no-schedule'] !== true,
    app: values.app,
    help: values.help === true,
  }
}

function parsed(args: readonly string[]) {
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
        app: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    const [reason = 'The command line cannot be read'] = words(error).split('. ')
    throw new LocalError('usage', `${reason.replace(/\.$/, '')}; see --help.`, { cause: error })
  }
}
