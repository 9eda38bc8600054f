import { StepFailed } from '../report/step-error.ts'

/** Milliseconds; API Gateway times out after 30 seconds. */
const answerTimeout = 35_000

/** Sends one request without following redirects. @throws StepFailed if there is no response */
export const publicRequest = async (
  url: string,
  { method = 'GET', token }: { readonly method?: string; readonly token?: string } = {},
): Promise<Response> => {
  try {
    return await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeout),
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    })
  } catch {
    throw new StepFailed(
      'unreachable',
      `${new URL(url).origin} cannot be reached from this machine.`,
      'Check the network and the outputs of the deployment.',
    )
  }
}
