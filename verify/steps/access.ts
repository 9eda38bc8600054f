import * as z from 'zod'
import { StepFailed, StepSkipped } from '../report/step-error.ts'
import { publicRequest } from './public-request.ts'
import type { Verification } from './verification.ts'

const complete = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'])
/** The roll-back of an update also leaves a complete stack, but not the one that was deployed. */
const rolledBack = 'UPDATE_ROLLBACK_COMPLETE'

/** @returns true if the AWS credentials belong to the deployment */
export const checkDeployment = ({ journal, cloud: { stacks }, deployment }: Verification): Promise<true | undefined> =>
  journal.step('deployment', async () => {
    const { accountId, region, collector, stateful } = deployment
    const caller = await stacks.caller()
    if (caller.accountId !== accountId)
      throw new StepFailed(
        'other-aws-account',
        `The credentials belong to the AWS account ${caller.accountId}, and the outputs to ${accountId}.`,
        'Log in to the AWS account of the deployment, or choose a profile with AWS_PROFILE.',
      )
    for (const { stack, outputs } of [stateful, collector]) {
      const found = await stacks.stack(stack)
      if (found === undefined || !complete.has(found.status))
        throw new StepFailed(
          'stack-incomplete',
          found === undefined
            ? `There is no stack ${stack} in ${region}.`
            : `The stack ${stack} is in the state ${found.status}.`,
          found?.status === rolledBack
            ? 'The latest update failed and was rolled back. See docs/deploying/upgrading.md.'
            : 'Run `npx cdk deploy --all --outputs-file outputs.json`.',
        )
      const outdated = Object.keys(outputs).filter((name) => found.outputs[name] !== outputs[name])
      if (outdated.length > 0)
        throw new StepFailed(
          'outputs-outdated',
          `The stack ${stack} has other values for ${outdated.join(', ')} than the file.`,
          'Create the file again: npx cdk deploy --all --outputs-file outputs.json',
        )
    }
    return { detail: `${caller.arn}, region ${region}, stacks ${stateful.stack} and ${collector.stack}`, value: true }
  })

export const checkStrangers = ({ journal, deployment, admin }: Verification): Promise<true | undefined> =>
  journal.step('strangers', async () => {
    const url = `${deployment.collector.outputs.ApiUrl}/accounts`
    await expectStatus(401, await publicRequest(url), 'a request without a token')
    const token = await admin.token()
    await expectStatus(
      401,
      await publicRequest(url, { token: withOtherSignature(token) }),
      'a token with a wrong signature',
    )
    return { detail: 'Both requests were answered with 401.', value: true }
  })

const meSchema = z.looseObject({ name: z.string(), role: z.string(), deployment: z.string() })

/** @returns true if the token is that of an admin */
export const checkAdmin = ({ journal, admin }: Verification): Promise<true | undefined> =>
  journal.step('admin', async () => {
    const { name, role, deployment } = await admin.client.get('/me', meSchema)
    if (role !== 'admin')
      throw new StepFailed(
        'not-admin',
        `The token belongs to ${name}, who is a ${role}.`,
        'Log in as an admin with `postmaster login`, or choose a token with --token-file.',
      )
    return { detail: `${name} is an admin of ${deployment}.`, value: true }
  })

export const checkReader = ({ journal, reader, mark, deployment }: Verification): Promise<true | undefined> =>
  journal.step('reader', async () => {
    if (reader === undefined)
      throw new StepSkipped(
        'no-reader-token',
        'There is no token of a reader.',
        'Create a user in the readers’ group, log in, and pass the token with --reader-token-file.',
      )
    const { role } = await reader.client.get('/me', meSchema)
    if (role !== 'reader')
      throw new StepFailed(
        'not-reader',
        `The second token belongs to a ${role}.`,
        'Pass the token of a user who is only a reader.',
      )
    // The mark is not the id of a queue, so that the request changes nothing even if it is allowed.
    const url = `${deployment.collector.outputs.ApiUrl}/queues/${mark}`
    await expectStatus(
      403,
      await publicRequest(url, { method: 'DELETE', token: await reader.token() }),
      'a reader who deletes a queue',
    )
    return { detail: 'The request to delete a queue was answered with 403.', value: true }
  })

const expectStatus = async (status: number, response: Response, what: string): Promise<void> => {
  await response.body?.cancel()
  if (response.status !== status)
    throw new StepFailed(
      'access-not-denied',
      `The API answered ${what} with ${response.status} instead of ${status}.`,
      'Do not use this deployment. Check the authorizer of the API in the AWS console.',
    )
}

/** Changes a character in the middle of the signature. The last one can contain unused bits. */
const withOtherSignature = (token: string): string => {
  const at = token.lastIndexOf('.') + 10
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}
