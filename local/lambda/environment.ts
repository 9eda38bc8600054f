import { delimiter, dirname } from 'node:path'
import type { Credentials } from '../emulators/signed-calls/access-keys.ts'
import type { ServiceEndpoints } from '../emulators/start-emulators.ts'
import type { FunctionSettings } from './function-settings.ts'

export interface Sandbox {
  readonly region: string
  readonly endpoints: ServiceEndpoints
  readonly credentials: Credentials
  /** `host:port/secret` */
  readonly runtimeApi: string
  readonly logStream: string
  readonly temporaryFolder: string
}

/**
 * Returns only Lambda's own variables, the template's variables and the services' local addresses. It contains no
 * variable of the host.
 */
export const functionEnvironment = (settings: FunctionSettings, sandbox: Sandbox): Record<string, string> => ({
  ...settings.variables,
  _HANDLER: settings.handler,
  LAMBDA_TASK_ROOT: settings.codeFolder,
  LAMBDA_RUNTIME_DIR: dirname(process.execPath),
  AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_FUNCTION_NAME: settings.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
  AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: sandbox.logStream,
  AWS_LAMBDA_LOG_FORMAT: settings.logFormat,
  ...(settings.logLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: settings.logLevel }),
  AWS_LAMBDA_RUNTIME_API: sandbox.runtimeApi,
  AWS_REGION: sandbox.region,
  AWS_DEFAULT_REGION: sandbox.region,
  AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
  AWS_SESSION_TOKEN: 'local-session-token',
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
  // On Lambda, the home folder and /tmp are empty. The host's home folder would give the AWS clients its
  // ~/.aws/config.
  HOME: sandbox.temporaryFolder,
  TMPDIR: sandbox.temporaryFolder,
  AWS_ENDPOINT_URL_DYNAMODB: sandbox.endpoints.dynamodb,
  AWS_ENDPOINT_URL_SQS: sandbox.endpoints.sqs,
  AWS_ENDPOINT_URL_S3: sandbox.endpoints.s3,
  AWS_ENDPOINT_URL_SNS: sandbox.endpoints.sns,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: sandbox.endpoints.secretsManager,
  AWS_ENDPOINT_URL_KMS: sandbox.endpoints.kms,
})
