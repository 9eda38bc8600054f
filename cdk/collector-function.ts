import { fileURLToPath } from 'node:url'
import { type Duration, RemovalPolicy, type Size, Validations } from 'aws-cdk-lib'
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { EnvironmentName } from '../functions/environment.ts'
import { type AddFiles, bundledCode } from './bundling/bundled-code.ts'
import { deploymentNames } from './deployment-names.ts'

const root = fileURLToPath(new URL('../', import.meta.url))

/** How long logs are kept. One month is long enough to investigate a complaint from last month. */
export const logRetention = RetentionDays.ONE_MONTH
/** How long the logs are kept in which functions record who read mail or used an account's credentials. */
export const accessRetention = RetentionDays.ONE_YEAR

export type Environment = Readonly<Partial<Record<EnvironmentName, string>>>

export interface CollectorFunctionProps {
  /** The folder under functions/ whose index.ts exports `handler`. */
  readonly folder: string
  readonly description: string
  readonly memory: Size
  readonly timeout: Duration
  readonly environment?: Environment
  /** Adds more files to the bundle. */
  readonly addFiles?: AddFiles
  /** `logRetention` by default. */
  readonly logRetention?: RetentionDays
}

/** A Lambda function that is bundled with all its imports and has its own role and log group. */
export class CollectorFunction extends LambdaFunction {
  /** The folder under functions/. */
  readonly folder: string
  /** Everything that `may` and `mayWhen` have granted so far. */
  readonly permissions: { readonly actions: readonly string[]; readonly resources: readonly string[] }[] = []

  constructor(scope: Construct, id: string, props: CollectorFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: props.logRetention ?? logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // CDK's default role has an AWS managed policy that can write to every log group. Therefore, this role is separate.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    super(scope, id, {
      description: props.description,
      code: bundledCode(root, props.folder, props.addFiles),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memory.toMebibytes(),
      timeout: props.timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        METRICS_NAMESPACE: deploymentNames(scope).metricsNamespace,
        ...props.environment,
      },
    })
    this.folder = props.folder
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason:
        'No tracer library is bundled (docs/decisions/0011-logs-and-metrics.md), so a trace would contain only the ' +
        'duration and the cold start, which are in the log and the metrics of every invocation. Each role would need ' +
        'permission to write to X-Ray for all resources.',
    })
    this.may(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn)
  }

  /** Grants these actions on these resources. A function gets permissions only through this method and `mayWhen`. */
  may(actions: string[], ...resources: string[]): void {
    this.mayWhen({}, actions, ...resources)
  }

  /** Grants these actions on these resources for requests that meet the conditions. */
  mayWhen(conditions: Conditions, actions: string[], ...resources: string[]): void {
    this.permissions.push({ actions, resources })
    this.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }))
  }

  /**
   * Records what handles this function's failures. Lambda uses a dead-letter queue of a function only for asynchronous
   * invocations, and Postmaster has none that could lose an event.
   */
  acknowledgeNoDeadLetters(reason: string): void {
    Validations.of(this).acknowledge({ id: 'Serverless-LambdaDLQ', reason })
  }

  /**
   * Records why a resource pattern is as narrow as it can be. `finding` is cdk-nag's name, for example `Resource::*`.
   */
  acknowledgePattern(finding: string, reason: string): void {
    Validations.of(this.role ?? this).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason })
  }
}

/** @returns the functions below `scope` by their folder under functions/ */
export const functionsBelow = (scope: Construct): ReadonlyMap<string, CollectorFunction> =>
  new Map(
    scope.node
      .findAll()
      .filter((construct) => construct instanceof CollectorFunction)
      .map((fn) => [fn.folder, fn]),
  )

/**
 * Reserves part of the AWS account's concurrency for some functions. No other function can use it, and these functions
 * cannot use more. By default, no function has a reservation, because AWS keeps 100 executions unreserved and a new
 * account has only 10.
 *
 * @param reserved the reserved executions by folder under functions/
 * @throws Error if a folder does not have a function below `scope`
 */
export const reserveConcurrency = (scope: Construct, reserved: ReadonlyMap<string, number>): void => {
  const functions = functionsBelow(scope)
  for (const [folder, executions] of reserved) {
    const resource = functions.get(folder)?.node.defaultChild
    if (!(resource instanceof CfnFunction))
      throw new Error(
        `The CDK context is not valid: reservedConcurrency names ${folder}, which is not one of ${[...functions.keys()].sort().join(', ')}`,
      )
    resource.reservedConcurrentExecutions = executions
  }
}
