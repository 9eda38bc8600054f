import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation'
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts'
import type { Caller, Stacks } from './cloud.ts'

export class AwsStacks implements Stacks {
  readonly #sts: STSClient
  readonly #cloudFormation: CloudFormationClient

  constructor(sts: STSClient, cloudFormation: CloudFormationClient) {
    this.#sts = sts
    this.#cloudFormation = cloudFormation
  }

  async caller(): Promise<Caller> {
    const { Account = '', Arn = '' } = await this.#sts.send(new GetCallerIdentityCommand())
    return { accountId: Account, arn: Arn }
  }

  async stack(name: string) {
    try {
      const { Stacks = [] } = await this.#cloudFormation.send(new DescribeStacksCommand({ StackName: name }))
      const [stack] = Stacks
      if (stack === undefined) return undefined
      const outputs = (stack.Outputs ?? []).map(
        ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
      )
      return { status: stack.StackStatus ?? '', outputs: Object.fromEntries(outputs) }
    } catch (error) {
      // CloudFormation has no error of its own for a missing stack.
      if (error instanceof Error && error.name === 'ValidationError' && / does not exist$/.test(error.message))
        return undefined
      throw error
    }
  }

  async roles(stack: string): Promise<ReadonlyMap<string, string>> {
    const roles = new Map<string, string>()
    for await (const { StackResourceSummaries = [] } of paginateListStackResources(
      { client: this.#cloudFormation },
      { StackName: stack },
    ))
      for (const { ResourceType, LogicalResourceId, PhysicalResourceId } of StackResourceSummaries)
        if (ResourceType === 'AWS::IAM::Role' && LogicalResourceId && PhysicalResourceId)
          roles.set(LogicalResourceId, PhysicalResourceId)
    return roles
  }
}
