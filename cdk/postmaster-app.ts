import { App, type AppProps, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { CollectorStack } from './collector-stack.ts'
import { deploymentNames } from './deployment-names.ts'
import { encryptWithCustomerKey } from './keys/customer-key.ts'
import { settingsOf } from './settings.ts'
import { StatefulStack } from './stateful-stack.ts'

/** Creates both stacks and the checks that fail the synthesis if a stack violates a security rule. */
export const postmasterApp = (props?: AppProps) => {
  const app = new App(props)
  const settings = settingsOf(app.node)
  const names = deploymentNames(app)
  const stateful = new StatefulStack(app, names.stack('Stateful'), {
    settings,
    description: 'Postmaster: tables, raw mail, topics, encryption key and users.',
  })
  const collector = new CollectorStack(app, names.stack('Collector'), {
    settings,
    stateful,
    description: 'Postmaster: functions, API, schedule and fetch queue.',
  })
  if (settings.customerKeyForAll) encryptWithCustomerKey({ key: stateful.encryptionKey.key, stateful, collector })
  Tags.of(app).add('application', 'postmaster')
  if (names.stage !== undefined) Tags.of(app).add('stage', names.stage)
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app, { verbose: true }),
    new ServerlessChecks(app, { verbose: true }),
  )
  return { app, stateful, collector }
}
