import { LocalError, unsupported } from '../common/errors.ts'
import type { AssemblyStack } from './read-assembly.ts'
import type { TemplateParameter } from './template.ts'

export type ParameterValue = string | string[]

/**
 * The parameter values of every stack: the defaults, and the overrides in each stack that declares a parameter of that
 * name.
 */
export const parameterValues = (
  stacks: readonly AssemblyStack[],
  overrides: Readonly<Record<string, string>>,
): Map<string, Map<string, ParameterValue>> => {
  const declared = new Set(stacks.flatMap((stack) => Object.keys(stack.template.Parameters)))
  for (const name of Object.keys(overrides)) {
    if (declared.has(name)) continue
    const known = [...declared].filter((one) => one !== 'BootstrapVersion').sort()
    throw new LocalError(
      'usage',
      `The templates have no parameter ${name}. ${known.length === 0 ? 'They have no parameters' : `Choose one of ${known.join(', ')}`}.`,
    )
  }
  const values = new Map<string, Map<string, ParameterValue>>()
  for (const stack of stacks) {
    const ofStack = new Map<string, ParameterValue>()
    for (const [name, parameter] of Object.entries(stack.template.Parameters)) {
      const value = overrides[name] ?? (parameter.Default === undefined ? undefined : String(parameter.Default))
      if (value === undefined) {
        throw new LocalError(
          'usage',
          `The parameter ${name} of ${stack.name} has no default. Set it with --set ${name}=VALUE.`,
        )
      }
      // A deployment looks up values such as the bootstrap version in the AWS account. The local run does not need
      // them.
      if (parameter.Type.startsWith('AWS::SSM::')) continue
      ofStack.set(name, checked(name, parameter, value))
    }
    values.set(stack.name, ofStack)
  }
  return values
}

const checked = (name: string, parameter: TemplateParameter, value: string): ParameterValue => {
  const refuse = (reason: string) =>
    new LocalError(
      'usage',
      `The parameter ${name} cannot be '${value}': ${parameter.ConstraintDescription ?? reason}. Set another value with --set ${name}=VALUE.`,
    )
  const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<')
  if (!isList && parameter.Type !== 'String' && parameter.Type !== 'Number') {
    throw unsupported(`The parameter ${name} has the type ${parameter.Type}, which the local run does not support.`)
  }
  const items = isList ? (value === '' ? [] : value.split(',').map((item) => item.trim())) : [value]
  for (const item of items) {
    if (parameter.Type.includes('Number')) {
      const number = Number(item)
      if (item === '' || Number.isNaN(number)) throw refuse('it must be a number')
      if (parameter.MinValue !== undefined && number < parameter.MinValue)
        throw refuse(`it must be at least ${parameter.MinValue}`)
      if (parameter.MaxValue !== undefined && number > parameter.MaxValue)
        throw refuse(`it must be at most ${parameter.MaxValue}`)
    }
    if (parameter.AllowedValues !== undefined && !parameter.AllowedValues.map(String).includes(item)) {
      throw refuse(`it must be one of ${parameter.AllowedValues.join(', ')}`)
    }
    // CloudFormation anchors the pattern at both ends.
    if (parameter.AllowedPattern !== undefined && !new RegExp(`^(?:${parameter.AllowedPattern})$`).test(item)) {
      throw refuse(`it must match ${parameter.AllowedPattern}`)
    }
  }
  if (parameter.MinLength !== undefined && value.length < parameter.MinLength)
    throw refuse(`it must have at least ${parameter.MinLength} characters`)
  if (parameter.MaxLength !== undefined && value.length > parameter.MaxLength)
    throw refuse(`it must have at most ${parameter.MaxLength} characters`)
  return isList ? items : value
}
