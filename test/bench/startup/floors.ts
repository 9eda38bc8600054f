import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { bundleOptions } from '../../../cdk/bundling/bundle-function.ts'
import type { BundledFunction } from '../../support/bundled-functions.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The libraries of every function: the middy stack, the log, schemas and the tables. */
const everywhere = `
import * as z from 'zod'
import middy from '@middy/core'
import { Logger } from '@aws-lambda-powertools/logger'
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
const common = [z.object({ text: z.string() }), middy, new Logger({}), new DynamoDBClient({}), GetItemCommand,
  PutItemCommand, UpdateItemCommand, QueryCommand, marshall, unmarshall]`

/** What a function cannot do without, and nothing of our own. */
const sources = {
  'floor of an API function': `${everywhere}
import router from '@middy/http-router'
import headers from '@middy/http-security-headers'
export const handler = [common, router, headers]`,
  'floor of the fetch function': `${everywhere}
import { Metrics } from '@aws-lambda-powertools/metrics'
import Pop3 from 'node-pop3'
import { KMSClient, DecryptCommand } from '@aws-sdk/client-kms'
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs'
export const handler = [common, new Metrics({ namespace: 'floor' }), Pop3, new KMSClient({}), DecryptCommand,
  new S3Client({}), PutObjectCommand, Upload, new SecretsManagerClient({}), GetSecretValueCommand,
  new SNSClient({}), PublishCommand, new SQSClient({}), SendMessageBatchCommand]`,
} as const

/**
 * Makes bundles that contain only the libraries that a function must have, in the same way as the function's bundle.
 * @param folder an empty folder
 */
export const floorBundles = (folder: string): readonly BundledFunction[] =>
  Object.entries(sources).map(([name, contents], index) => {
    const own = join(folder, String(index))
    buildSync({
      ...bundleOptions,
      stdin: { contents, resolveDir: root },
      absWorkingDir: root,
      outfile: join(own, 'index.cjs'),
    })
    return { name, folder: own, environment: { AWS_REGION: 'eu-central-1' } }
  })
