import { type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import type { RoleSimulator } from './cloud.ts'

/** IAM's own evaluation of a role (SimulatePrincipalPolicy). It reads policies and performs nothing. */
export class AwsRoles implements RoleSimulator {
  readonly #iam: IAMClient

  constructor(iam: IAMClient) {
    this.#iam = iam
  }

  async allows(
    roleArn: string,
    { action, resource }: { readonly action: string; readonly resource: string },
  ): Promise<boolean> {
    const { EvaluationResults = [] } = await this.#iam.send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn, ActionNames: [action], ResourceArns: [resource] }),
    )
    const [result] = EvaluationResults
    if (result === undefined) throw new Error(`IAM has not evaluated ${action}.`)
    return result.EvalDecision === 'allowed'
  }
}
