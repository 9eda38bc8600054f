import { CfnParameter, type Stack } from 'aws-cdk-lib'
import { adminGroup, readerGroup } from './api/sign-in.ts'
import { fewestFetches, type Settings } from './settings.ts'

/**
 * A new AWS account runs at most ten functions at once. The other five are left for the schedule, the API and the
 * consent pages.
 */
const fetchesAtOnce = 5
/** The highest maximum concurrency that the event source of an SQS queue accepts. */
const mostFetches = 1000

/**
 * The settings that can be changed for each deployment and for the local run, for example with `cdk deploy --parameters
 * PostmasterCollector:TickMinutes=5`.
 */
export const collectorParameters = (
  stack: Stack,
  // A reservation for fetch is also its limit. Lambda would throttle additional fetches, which SQS counts as receives.
  { reservedConcurrency }: Pick<Settings, 'reservedConcurrency'>,
) => ({
  tickMinutes: new CfnParameter(stack, 'TickMinutes', {
    type: 'Number',
    default: 10,
    // EventBridge requires the singular "1 minute" but the plural "2 minutes".
    minValue: 2,
    maxValue: 1440,
    description: 'The number of minutes between two fetches of a mail account.',
  }),
  allowPrivateAddresses: new CfnParameter(stack, 'AllowPrivateAddresses', {
    default: 'false',
    allowedValues: ['true', 'false'],
    description: 'Allows mail servers with private, loopback or link-local addresses.',
  }),
  extraMailPorts: new CfnParameter(stack, 'ExtraMailPorts', {
    default: '',
    allowedPattern: '^([0-9]{1,5}(,[0-9]{1,5})*)?$',
    constraintDescription: 'Enter port numbers separated by commas, without spaces, for example 1143,1995.',
    description: 'Ports that mail servers may use in addition to 110, 143, 993 and 995.',
  }),
  allowClearTextOnLoopback: new CfnParameter(stack, 'AllowClearTextOnLoopback', {
    default: 'false',
    allowedValues: ['true', 'false'],
    description: 'Allows sending OAuth2 tokens without TLS to loopback addresses. Only for tests on one machine.',
  }),
  returnToUrls: new CfnParameter(stack, 'ReturnToUrls', {
    default: '',
    allowedPattern: '^(https?://[^,\\s]+(,https?://[^,\\s]+)*)?$',
    constraintDescription:
      'Enter URLs separated by commas, without spaces, for example https://desk.example.com/admin.',
    description: 'URLs that the last page of an OAuth2 consent may link to. By default, it links to none.',
  }),
  controlHeaderPrefix: new CfnParameter(stack, 'ControlHeaderPrefix', {
    default: 'X-OTOBO-',
    allowedPattern: '^[A-Za-z][A-Za-z0-9-]{0,38}-$',
    constraintDescription:
      'Use letters, digits and hyphens, starting with a letter and ending with a hyphen, for example X-OTOBO-.',
    description: 'The prefix of control headers, which control how messages of trusted accounts are processed.',
  }),
  maxConcurrentFetches: new CfnParameter(stack, 'MaxConcurrentFetches', {
    type: 'Number',
    default: Math.min(fetchesAtOnce, reservedConcurrency.get('fetch') ?? fetchesAtOnce),
    minValue: fewestFetches,
    maxValue: reservedConcurrency.get('fetch') ?? mostFetches,
    description: 'The maximum number of mail accounts that are fetched at the same time.',
  }),
  groupClaim: new CfnParameter(stack, 'GroupClaim', {
    default: 'cognito:groups',
    minLength: 1,
    description: 'The token claim that lists the groups of a user.',
  }),
  adminGroup: new CfnParameter(stack, 'AdminGroup', {
    default: adminGroup,
    allowedPattern: '^\\S+$',
    description: 'The group whose members can read and change everything.',
  }),
  readerGroup: new CfnParameter(stack, 'ReaderGroup', {
    default: readerGroup,
    allowedPattern: '^\\S+$',
    description: 'The group whose members can read everything except secrets.',
  }),
})
