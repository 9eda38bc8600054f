import { passwordKind, readSecret } from '../cli/terminal/prompts.ts'
import { runProgram } from '../cli/terminal/run-program.ts'
import { awsCloud } from './aws/aws-cloud.ts'
import { verifyCommand } from './command.ts'

/** `npm run verify-deployment`. */
process.exitCode = await runProgram(
  (output) =>
    verifyCommand({
      output,
      cloud: awsCloud,
      readPassword: (fromStdin) => readSecret(passwordKind, fromStdin),
      onTerminal: process.stderr.isTTY,
      onInterrupt: (listener) => {
        process.on('SIGINT', listener)
        process.on('SIGTERM', listener)
        return () => {
          process.off('SIGINT', listener)
          process.off('SIGTERM', listener)
        }
      },
      exit: (code) => process.exit(code),
    }),
  process.argv.slice(2),
)
