import { readEnvironment } from '../../../functions/environment.ts'

const credentials = () => {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: sessionToken } = readEnvironment(names)
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(sessionToken !== undefined && { sessionToken }),
  }
}

/**
 * Replaces the AWS SDK's chain of credential providers. Lambda and the local run pass the credentials of the function's
 * role in the environment, and they stay the same as long as the process lives. The SDK asks several times for each
 * call and leaves it to the provider to remember them. The chain also contains sign-in services and a second set of
 * clients for them, which are a quarter of a small bundle.
 */
export const defaultProvider = () => {
  let found: ReturnType<typeof credentials> | undefined
  return async () => (found ??= credentials())
}
