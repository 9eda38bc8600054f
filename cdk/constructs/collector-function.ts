import { fileURLToPath } from 'node:url'
import { type Duration, RemovalPolicy, type Size, Validations } from 'aws-cdk-lib'
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda'
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { EnvironmentName } from '../../functions/environment.ts'
import { noticesHook } from '../bundling/notices-hook.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** How long anything is kept that was logged: long enough to look into last month's complaint. */
export const logRetention = RetentionDays.ONE_MONTH

/** imapflow and mailparser are CommonJS and call `require` for Node's own modules, which an ES module does not have. */
const requireBanner = [
  "import{createRequire as pmRequire}from'node:module'",
  "import{fileURLToPath as pmPath}from'node:url'",
  "import{dirname as pmDirname}from'node:path'",
  'const require=pmRequire(import.meta.url),__filename=pmPath(import.meta.url),__dirname=pmDirname(__filename);',
].join(';')

export interface CollectorFunctionProps {
  /** The folder under functions/ whose index.ts exports `handler`. */
  readonly folder: string
  readonly description: string
  readonly memory: Size
  readonly timeout: Duration
  readonly environment?: Readonly<Partial<Record<EnvironmentName, string>>>
}

/** One Lambda function as this house builds them: bundled with everything it imports, its own role, its own log. */
export class CollectorFunction extends NodejsFunction {
  /** Under functions/. */
  readonly folder: string
  /** Everything that `may` and `mayWhen` have granted so far. */
  readonly permissions: { readonly actions: readonly string[]; readonly resources: readonly string[] }[] = []

  constructor(scope: Construct, id: string, props: CollectorFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY })
    // A role of its own, because the one CDK makes carries AWS's managed policy, which may write every log group.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    super(scope, id, {
      description: props.description,
      entry: `${root}functions/${props.folder}/index.ts`,
      handler: 'handler',
      projectRoot: root,
      depsLockFilePath: `${root}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memory.toMebibytes(),
      timeout: props.timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      // The variable CDK would add is for version 2 of the SDK; its version 3 keeps connections by itself.
      awsSdkConnectionReuse: false,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        keepNames: true,
        sourceMap: true,
        sourcesContent: false,
        // AWS's own advice for cold starts, and the version that runs is the version that was tested.
        bundleAwsSDK: true,
        banner: requireBanner,
        logLevel: LogLevel.WARNING,
        // For the hook, which reads it and removes it from the asset.
        metafile: true,
        commandHooks: noticesHook,
      },
    })
    this.folder = props.folder
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

  /** Records why a resource pattern is as narrow as it can be. `finding` as cdk-nag words it, such as `Resource::*`. */
  acknowledgePattern(finding: string, reason: string): void {
    Validations.of(this.role ?? this).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason })
  }
}
