import type { DataKeyFailure } from '../../secrets/data-keys.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import { oauth2Findings } from './oauth2-findings.ts'

/**
 * Why the tokens' data key is not available. Only `mismatch` needs a new consent; the other failures can be resolved
 * without one.
 */
export const findingOfDataKey = (failure: DataKeyFailure): OAuth2Finding => findings[failure]

const findings: Readonly<Record<DataKeyFailure, OAuth2Finding>> = {
  unavailable: {
    code: 'encryption-key-unavailable',
    cure: 'waiting',
    detail: 'AWS KMS did not return the key that encrypts the tokens. KMS is overloaded or unreachable.',
    remedy: 'No action is needed. The next run tries again.',
  },
  disabled: {
    code: 'encryption-key-disabled',
    cure: 'change',
    detail: 'The KMS key that encrypts the tokens is disabled or pending deletion.',
    remedy:
      'If the deletion of the KMS key in the stack output `EncryptionKeyArn` is pending, cancel it. Then enable the key. The consents stay valid.',
  },
  missing: {
    code: 'encryption-key-missing',
    cure: 'change',
    detail: 'The KMS key that encrypts the tokens does not exist.',
    remedy:
      'Deploy both stacks again, so that the functions use the key in the stack output `EncryptionKeyArn`. If the old key was deleted, connect the account again afterwards.',
  },
  refused: {
    code: 'encryption-key-refused',
    cure: 'change',
    detail: 'AWS does not let the function use the KMS key that encrypts the tokens.',
    remedy:
      'Restore the policy of the KMS key in the stack output `EncryptionKeyArn`, and deploy both stacks again. The consents stay valid.',
  },
  mismatch: oauth2Findings['tokens-unreadable'],
}
