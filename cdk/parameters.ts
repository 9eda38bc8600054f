import { CfnParameter, type Stack } from 'aws-cdk-lib'
import { adminGroup, readerGroup } from './constructs/sign-in.ts'
import { fewestFetches, type Settings } from './settings.ts'

/**
 * A new AWS account runs at most ten functions at once. The other half is for the schedule, the API and the consent
 * pages.
 */
const fetchesAtOnce = 5
/** The highest maximum concurrency that the event source of an SQS queue accepts. */
const mostFetches = 1000

/**
 * The settings that a deployer may change for each deployment, and for the local run: `cdk deploy --parameters
 * PostmasterCollector:TickMinutes=5`.
 */
export const collectorParameters = (
  stack: Stack,
  // A reservation for fetch is also its limit. Lambda would throttle further fetches, and SQS counts those as receives.
  { reservedConcurrency }: Pick<Settings, 'reservedConcurrency'>,
) => ({
  tickMinutes: new CfnParameter(stack, 'TickMinutes', {
    type: 'Number',
    default: 10,
    // EventBridge wants "1 minute" but "2 minutes".
    minValue: 2,
    maxValue: 1440,
    description: 'Minutes between two fetches of a mail account.',
  }),
  allowPrivateAddresses: new CfnParameter(stack, 'AllowPrivateAddresses', {
    default: 'false',
    allowedValues: ['true', 'false'],
    description: 'Whether mail servers may have private, loopback or link-local addresses.',
  }),
  extraMailPorts: new CfnParameter(stack, 'ExtraMailPorts', {
    default: '',
    allowedPattern: '^([0-9]{1,5}(,[0-9]{1,5})*)?$',
    constraintDescription: 'Port numbers separated by commas, without blanks, such as 1143,1995.',
    description: 'Ports a mail server may have besides 110, 143, 993 and 995.',
  }),
  allowClearTextOnLoopback: new CfnParameter(stack, 'AllowClearTextOnLoopback', {
    default: 'false',
    allowedValues: ['true', 'false'],
    description: 'For tests on one machine: OAuth2 tokens may travel without TLS, to loopback addresses only.',
  }),
  returnToUrls: new CfnParameter(stack, 'ReturnToUrls', {
    default: '',
    allowedPattern: '^(https?://[^,\\s]+(,https?://[^,\\s]+)*)?$',
    constraintDescription: 'Addresses separated by commas, without blanks, such as https://desk.example.com/admin.',
    description: 'Pages that an OAuth2 consent may lead back to; none unless listed.',
  }),
  controlHeaderPrefix: new CfnParameter(stack, 'ControlHeaderPrefix', {
    default: 'X-OTOBO-',
    allowedPattern: '^[A-Za-z][A-Za-z0-9-]{0,38}-$',
    constraintDescription: 'Letters, digits and hyphens, with a hyphen at the end, such as X-OTOBO-.',
    description: 'Start of the header fields by which a trusted account steers what happens to a message.',
  }),
  maxConcurrentFetches: new CfnParameter(stack, 'MaxConcurrentFetches', {
    type: 'Number',
    default: Math.min(fetchesAtOnce, reservedConcurrency.get('fetch') ?? fetchesAtOnce),
    minValue: fewestFetches,
    maxValue: reservedConcurrency.get('fetch') ?? mostFetches,
    description: 'How many mail accounts are fetched at the same time.',
  }),
  groupClaim: new CfnParameter(stack, 'GroupClaim', {
    default: 'cognito:groups',
    minLength: 1,
    description: "The token's claim that lists a person's groups.",
  }),
  adminGroup: new CfnParameter(stack, 'AdminGroup', {
    default: adminGroup,
    allowedPattern: '^\\S+$',
    description: 'The group whose members may read and change everything.',
  }),
  readerGroup: new CfnParameter(stack, 'ReaderGroup', {
    default: readerGroup,
    allowedPattern: '^\\S+$',
    description: 'The group whose members may read everything, secrets excepted.',
  }),
})
