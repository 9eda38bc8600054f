import { unsupported } from '../common/errors.ts'
import type { ConditionValues, Surroundings } from './access-request.ts'
import type { ConditionBlock } from './conditions.ts'

/**
 * The keys that every request of a function has. Local calls use plain HTTP on loopback, where AWS would use TLS, so the
 * local run evaluates them as if they came over TLS 1.3.
 */
export const commonKeys = ({ region, accountId }: Surroundings, principalArn: string): ConditionValues => ({
  'aws:SecureTransport': 'true',
  's3:TlsVersion': '1.3',
  'aws:PrincipalArn': principalArn,
  'aws:PrincipalAccount': accountId,
  'aws:PrincipalIsAWSService': 'false',
  'aws:RequestedRegion': region,
})

/** These keys exist only in requests that a service sends for itself, so a function's requests never have them. */
const absent = ['aws:SourceArn', 'aws:SourceAccount']

/** The keys that `requests` sets, by service. `*` stands for a name. */
const keysOf: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ['dynamodb:LeadingKeys', 'dynamodb:ReturnValues'],
  // Only requests about grants have the last key, and no function makes one.
  kms: ['kms:EncryptionContextKeys', 'kms:EncryptionContext:*', 'kms:ViaService', 'kms:GrantIsForAWSResource'],
  s3: [
    's3:RequestObjectTagKeys',
    's3:RequestObjectTag/*',
    's3:prefix',
    's3:if-none-match',
    's3:ObjectCreationOperation',
    's3:TlsVersion',
  ],
  secretsmanager: ['aws:TagKeys', 'aws:RequestTag/*', 'aws:ResourceTag/*'],
  sns: [],
  sqs: [],
}

const everywhere = [
  'aws:SecureTransport',
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalIsAWSService',
  'aws:RequestedRegion',
  ...absent,
]

/**
 * Refuses a condition on a key that `requests` does not set. Such a key would always be missing, which some operators
 * accept. The statements about services that the local run does not emulate have no effect, so they may use any key.
 * @throws LocalError for a key that the local run does not support
 */
export const checkConditionKeys = (actions: readonly string[], block: ConditionBlock, where: string): void => {
  const used = Object.values(block).flatMap((tests) => Object.keys(tests))
  for (const action of actions) {
    const [service = ''] = action.toLowerCase().split(':')
    const supported = service === '*' ? [] : keysOf[service]
    if (supported === undefined) continue
    const unknown = used.find((key) => ![...everywhere, ...supported].some((known) => isKey(known, key)))
    if (unknown !== undefined)
      throw unsupported(
        `${where} has a condition on ${unknown} for ${action}, which the local run does not support. Add the key to local/policies.`,
      )
  }
}

const isKey = (known: string, key: string): boolean => {
  const [one, other] = [known.toLowerCase(), key.toLowerCase()]
  return one.endsWith('*') ? other.startsWith(one.slice(0, -1)) : one === other
}
