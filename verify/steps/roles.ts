import { isDenied } from '../report/reason-of-error.ts'
import { StepFailed, StepSkipped } from '../report/step-error.ts'
import type { Verification } from './verification.ts'

/** The logical id of the fetch function's role begins with the path of its construct. */
const fetchRole = /^FetchingFunctionRole[0-9A-F]{8}$/

export const checkRoles = ({ journal, cloud, deployment }: Verification): Promise<true | undefined> =>
  journal.step('roles', async () => {
    const { partition, accountId, collector, stateful } = deployment
    const [, name] = [...(await cloud.stacks.roles(collector.stack))].find(([id]) => fetchRole.test(id)) ?? []
    if (name === undefined)
      throw new StepFailed(
        'role-missing',
        `The stack ${collector.stack} has no role for the fetch function.`,
        'Deploy again.',
      )
    const roleArn = `arn:${partition}:iam::${accountId}:role/${name}`
    const announce = { action: 'sns:Publish', resource: stateful.outputs.AnnouncementTopicArn }
    const destroy = {
      action: 's3:DeleteObject',
      resource: `arn:${partition}:s3:::${stateful.outputs.RawBucketName}/a-message`,
    }
    const allowed = async (request: { readonly action: string; readonly resource: string }): Promise<boolean> => {
      try {
        return await cloud.roles.allows(roleArn, request)
      } catch (error) {
        if (!isDenied(error)) throw error
        throw new StepSkipped(
          'permission-missing',
          'Your AWS identity may not simulate policies.',
          'Allow iam:SimulatePrincipalPolicy on the roles of the deployment, and run the command again.',
        )
      }
    }
    if (!(await allowed(announce)))
      throw new StepFailed(
        'needed-denied',
        `IAM denies ${announce.action} to ${name}.`,
        'Look for a permissions boundary or a service control policy.',
      )
    if (await allowed(destroy))
      throw new StepFailed(
        'excess-allowed',
        `IAM allows ${destroy.action} to ${name}.`,
        'Look for a policy that was attached to the role by hand.',
      )
    return { detail: `${name}: ${announce.action} is allowed, ${destroy.action} is denied.`, value: true }
  })
