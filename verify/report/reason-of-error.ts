import { CliError } from '../../cli/terminal/cli-error.ts'
import type { Reason } from '../../lib/reasons/reason.ts'
import { StepError } from './step-error.ts'

/** Characters; a foreign error can contain a whole response. */
const longestDetail = 400

/** @returns why a step failed, for people and programs; errors of AWS and of the API contain no secrets */
export const reasonOfError = (error: unknown): Reason => {
  if (error instanceof StepError) return error.reason
  if (error instanceof CliError)
    return {
      code: 'api-refused',
      detail: error.message,
      remedy: 'Follow the advice of the API, and run the command again.',
    }
  if (!(error instanceof Error)) return { code: 'unexpected', detail: String(error), remedy: reportIt }
  const detail = `${error.name}: ${error.message}`.slice(0, longestDetail)
  if (isDenied(error))
    return {
      code: 'permission-missing',
      detail,
      remedy: 'Give your AWS identity this permission. docs/deploying lists all of them.',
    }
  if (error.name === 'CredentialsProviderError')
    return { code: 'credentials-missing', detail, remedy: 'Log in to AWS, or choose a profile with AWS_PROFILE.' }
  return { code: 'unexpected', detail, remedy: reportIt }
}

const reportIt = 'Run the command again. If the error persists, report it as a bug.'

/** @returns whether AWS refused a call because the operator lacks a permission */
export const isDenied = (error: unknown): boolean =>
  error instanceof Error &&
  /^(AccessDenied|AccessDeniedException|AuthorizationError|AuthorizationErrorException)$/.test(error.name)
