import { fileURLToPath } from 'node:url'
import { CfnOutput, type Stack } from 'aws-cdk-lib'
import type { Api } from '../api/api.ts'
import { addPageFiles } from './page-files.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Adds the admin page: the function that serves its files, and the address to open. */
export const addPage = (stack: Stack, api: Api): void => {
  api.part('page', {
    description: 'The files of the admin page.',
    addFiles: addPageFiles(root),
    public: {
      routes: ['GET /', 'HEAD /', 'GET /admin', 'HEAD /admin', 'GET /admin/{proxy+}', 'HEAD /admin/{proxy+}'],
      because:
        'The files of the admin page are public and the same for everyone. The function has no access to any data. ' +
        'The page gets its data from the API, with a token.',
      // A first visit loads about ten files at once, each within a few milliseconds.
      throttle: { rateLimit: 50, burstLimit: 50 },
    },
  })
  new CfnOutput(stack, 'AdminPageUrl', { value: `${api.publicUrl}/admin` })
}
