import { CfnParameter, type CfnParameterProps, type Stack } from 'aws-cdk-lib'
import { adminGroup, readerGroup } from './api/sign-in.ts'
import type { Environment } from './collector-function.ts'
import { fewestFetches, type Settings } from './settings.ts'

/**
 * A new AWS account runs at most ten functions at once. The other five are left for the schedule, the API and the
 * consent pages.
 */
const fetchesAtOnce = 5
/** The highest maximum concurrency that the event source of an SQS queue accepts. */
const mostFetches = 1000

/**
 * Creates the settings that can be changed for each deployment and for the local run, for example with `cdk deploy
 * --parameters PostmasterCollector:TickMinutes=5`.
 * @returns the environment variables with these settings, and the maximum number of concurrent fetches
 */
export const collectorParameters = (
  stack: Stack,
  // A reservation for fetch is also its limit. Lambda would throttle additional fetches, which SQS counts as receives.
  { reservedConcurrency }: Pick<Settings, 'reservedConcurrency'>,
) => {
  const text = (id: string, props: CfnParameterProps) => new CfnParameter(stack, id, props).valueAsString
  const maxConcurrentFetches = new CfnParameter(stack, 'MaxConcurrentFetches', {
    type: 'Number',
    default: Math.min(fetchesAtOnce, reservedConcurrency.get('fetch') ?? fetchesAtOnce),
    minValue: fewestFetches,
    maxValue: reservedConcurrency.get('fetch') ?? mostFetches,
    description: 'The maximum number of mail accounts that are fetched at the same time.',
  }).valueAsNumber
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
      description: 'Allows mail servers with private, loopback or link-local addresses.',
    }),
    EXTRA_MAIL_PORTS: text('ExtraMailPorts', {
      default: '',
      allowedPattern: '^([0-9]{1,5}(,[0-9]{1,5})*)?$',
      constraintDescription: 'Enter port numbers separated by commas, without spaces, for example 1143,1995.',
      description: 'Ports that mail servers may use in addition to 110, 143, 993 and 995.',
    }),
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: text('AllowClearTextOnLoopback', {
      default: 'false',
      allowedValues: ['true', 'false'],
      description: 'Allows sending OAuth2 tokens without TLS to loopback addresses. Only for tests on one machine.',
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
  return { variables, maxConcurrentFetches }
}
export type Variables = ReturnType<typeof collectorParameters>['variables']

/** The variables of a function that connects to mail servers or providers. */
export const networkVariables = ({
  ALLOW_PRIVATE_ADDRESSES,
  ALLOW_CLEAR_TEXT_ON_LOOPBACK,
  EXTRA_MAIL_PORTS,
}: Variables) => ({ ALLOW_PRIVATE_ADDRESSES, ALLOW_CLEAR_TEXT_ON_LOOPBACK, EXTRA_MAIL_PORTS })
