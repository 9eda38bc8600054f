import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { type Issuer, SignIn } from './api/sign-in.ts'
import { RawMail } from './data/raw-mail.ts'
import { exportDeploymentId } from './data/secrets.ts'
import { Tables } from './data/tables.ts'
import { Announcements, Notices } from './data/topics.ts'
import { EncryptionKey } from './keys/encryption-key.ts'
import type { Settings } from './settings.ts'

export interface StatefulStackProps extends StackProps {
  readonly settings: Settings
}

/**
 * The resources that must outlive deployments: the tables, the encryption key, the raw mail, the topics with their
 * subscriptions, and the users.
 */
export class StatefulStack extends Stack {
  readonly deploymentId: string
  readonly tables: Tables
  readonly rawMail: RawMail
  readonly encryptionKey: EncryptionKey
  readonly announcements: Announcements
  readonly notices: Notices
  readonly issuer: Issuer

  constructor(scope: Construct, id: string, { settings, ...props }: StatefulStackProps) {
    super(scope, id, { terminationProtection: true, ...props })
    const retention = new CfnParameter(this, 'RawRetentionDays', {
      type: 'Number',
      default: 36500,
      minValue: 1,
      description:
        'Days until the raw mail of a message that was received is removed. The default keeps it for a hundred years.',
    })
    const handedOverRetention = new CfnParameter(this, 'HandedOverRetentionDays', {
      type: 'Number',
      default: 90,
      minValue: 1,
      description: 'Days after its storage until the raw mail of a message whose deliveries have all ended is removed.',
    })
    const noticesEmail = new CfnParameter(this, 'NoticesEmail', {
      default: '',
      // SNS checks the address itself. This finds parameters that were mixed up.
      allowedPattern: '^([^@\\s]+@[^@\\s]+)?$',
      constraintDescription: 'Enter one e-mail address, or nothing.',
      description:
        'The e-mail address of the first person who receives notices and alarms. SNS asks the person to confirm.',
    })
    this.deploymentId = exportDeploymentId(this)
    this.tables = new Tables(this, 'Tables', settings.restored.tables)
    this.rawMail = new RawMail(this, 'RawMail', {
      retentionDays: retention.valueAsNumber,
      handedOverRetentionDays: handedOverRetention.valueAsNumber,
      restored: settings.restored.bucket,
    })
    this.encryptionKey = new EncryptionKey(this, 'EncryptionKey')
    this.announcements = new Announcements(this, 'Announcements', this.encryptionKey)
    this.notices = new Notices(this, 'Notices', this.encryptionKey, noticesEmail.valueAsString)
    this.issuer = settings.externalIssuer ?? new SignIn(this, 'SignIn', settings)
    new CfnOutput(this, 'RawBucketName', { value: this.rawMail.bucket.bucketName })
    new CfnOutput(this, 'AnnouncementTopicArn', { value: this.announcements.topic.topicArn })
    new CfnOutput(this, 'NoticesTopicArn', { value: this.notices.topic.topicArn })
    new CfnOutput(this, 'EncryptionKeyArn', { value: this.encryptionKey.key.keyArn })
  }
}
