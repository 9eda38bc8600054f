import { CfnParameter, type CfnParameterProps, type Stack } from 'aws-cdk-lib'
import { adminGroup, readerGroup } from './api/sign-in.ts'
import type { Environment } from './collector-function.ts'
import { deploymentNames } from './deployment-names.ts'
import { fewestConsumers, type Settings } from './settings.ts'

/**
 * A new AWS account runs at most ten functions at once. Fetches, two functions that plan deliveries and two that deliver
 * take eight of them. The other two are left for the schedule, the API and the consent pages.
 */
const fetchesAtOnce = 4
const deliveriesAtOnce = fewestConsumers
/** The highest maximum concurrency that the event source of an SQS queue accepts. */
const mostConsumers = 1000

/**
 * Creates the settings that can be changed for each deployment and for the local run, for example with `cdk deploy
 * --parameters PostmasterCollector:TickMinutes=5`.
 * @returns the environment variables with these settings, and the maximum numbers of concurrent fetches and deliveries
 */
export const collectorParameters = (
  stack: Stack,
  // A reservation is also a limit. Lambda would throttle additional invocations, which SQS counts as receives.
  { reservedConcurrency }: Pick<Settings, 'reservedConcurrency'>,
) => {
  const text = (id: string, props: CfnParameterProps) => new CfnParameter(stack, id, props).valueAsString
  const concurrency = (id: string, folder: string, usual: number, description: string) =>
    new CfnParameter(stack, id, {
      type: 'Number',
      default: Math.min(usual, reservedConcurrency.get(folder) ?? usual),
      minValue: fewestConsumers,
      maxValue: reservedConcurrency.get(folder) ?? mostConsumers,
      description,
    }).valueAsNumber
  const maxConcurrentFetches = concurrency(
    'MaxConcurrentFetches',
    'fetch',
    fetchesAtOnce,
    'The maximum number of mail accounts that are fetched at the same time.',
  )
  const maxConcurrentDeliveries = concurrency(
    'MaxConcurrentDeliveries',
    'deliver',
    deliveriesAtOnce,
    'The maximum number of messages that are sent to webhooks at the same time.',
  )
  const variables = {
    TICK_MINUTES: text('TickMinutes', {
      type: 'Number',
      default: 10,
      // EventBridge requires the singular "1 minute" but the plural "2 minutes".
      minValue: 2,
      maxValue: 1440,
      description: 'The number of minutes between two fetches of a mail account.',
    }),
    ALLOW_PRIVATE_ADDRESSES: text('AllowPrivateAddresses', {
      default: 'false',
      allowedValues: ['true', 'false'],
      description: 'Allows mail servers and webhooks with private, loopback or link-local addresses.',
    }),
    EXTRA_MAIL_PORTS: text('ExtraMailPorts', {
      default: '',
      allowedPattern: '^([0-9]{1,5}(,[0-9]{1,5})*)?$',
      constraintDescription: 'Enter port numbers separated by commas, without spaces, for example 1143,1995.',
      description: 'Ports that mail servers may use in addition to 110, 143, 993 and 995.',
    }),
    EXTRA_WEBHOOK_PORTS: text('ExtraWebhookPorts', {
      default: '',
      allowedPattern: '^([0-9]{1,5}(,[0-9]{1,5})*)?$',
      constraintDescription: 'Enter port numbers separated by commas, without spaces, for example 8443,9443.',
      description: 'Ports that webhooks may use in addition to 443.',
    }),
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: text('AllowClearTextOnLoopback', {
      default: 'false',
      allowedValues: ['true', 'false'],
      description:
        'Allows sending OAuth2 tokens and webhooks without TLS to loopback addresses. Only for tests on one machine.',
    }),
    RETURN_TO_URLS: text('ReturnToUrls', {
      default: '',
      allowedPattern: '^(https?://[^,\\s]+(,https?://[^,\\s]+)*)?$',
      constraintDescription:
        'Enter URLs separated by commas, without spaces, for example https://desk.example.com/admin.',
      description: 'URLs that the last page of an OAuth2 consent may link to. By default, it links to none.',
    }),
    CONTROL_HEADER_PREFIX: text('ControlHeaderPrefix', {
      default: 'X-OTOBO-',
      allowedPattern: '^[A-Za-z][A-Za-z0-9-]{0,38}-$',
      constraintDescription:
        'Use letters, digits and hyphens, starting with a letter and ending with a hyphen, for example X-OTOBO-.',
      description: 'The prefix of control headers, which control how messages of trusted accounts are processed.',
    }),
    DEPLOYMENT_NAME: text('DeploymentName', {
      default: deploymentNames(stack).title,
      allowedPattern: '^\\S(.{0,62}\\S)?$',
      constraintDescription: 'Enter 1 to 64 characters without spaces at the ends.',
      description: 'The name of this deployment, which the admin page shows.',
    }),
    GROUP_CLAIM: text('GroupClaim', {
      default: 'cognito:groups',
      minLength: 1,
      description: 'The token claim that lists the groups of a user.',
    }),
    ADMIN_GROUP: text('AdminGroup', {
      default: adminGroup,
      allowedPattern: '^\\S+$',
      description: 'The group whose members can read and change everything.',
    }),
    READER_GROUP: text('ReaderGroup', {
      default: readerGroup,
      allowedPattern: '^\\S+$',
      description: 'The group whose members can read everything except secrets.',
    }),
  } satisfies Environment
  return { variables, maxConcurrentFetches, maxConcurrentDeliveries }
}
export type Variables = ReturnType<typeof collectorParameters>['variables']

/** The variables of a function that connects to mail servers or providers. */
export const networkVariables = ({
  ALLOW_PRIVATE_ADDRESSES,
  ALLOW_CLEAR_TEXT_ON_LOOPBACK,
  EXTRA_MAIL_PORTS,
}: Variables) => ({ ALLOW_PRIVATE_ADDRESSES, ALLOW_CLEAR_TEXT_ON_LOOPBACK, EXTRA_MAIL_PORTS })

/** The variables of a function that sends to webhooks. */
export const webhookVariables = ({
  ALLOW_PRIVATE_ADDRESSES,
  ALLOW_CLEAR_TEXT_ON_LOOPBACK,
  EXTRA_WEBHOOK_PORTS,
}: Variables) => ({ ALLOW_PRIVATE_ADDRESSES, ALLOW_CLEAR_TEXT_ON_LOOPBACK, EXTRA_WEBHOOK_PORTS })
