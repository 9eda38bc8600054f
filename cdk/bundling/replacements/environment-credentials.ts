import { readEnvironment } from '../../../functions/environment.ts'

/**
 * Replaces the AWS SDK's chain of credential providers. Lambda and the local run pass the credentials of the function's
 * role in the environment, and they stay the same as long as the process lives. The chain also contains sign-in
 * services and a second set of clients for them, which are a quarter of a small bundle.
 */
export const defaultProvider = () => async () => {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: sessionToken } = readEnvironment(names)
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(sessionToken !== undefined && { sessionToken }),
  }
}
