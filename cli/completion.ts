import { Argument, Command, type Option } from 'commander'
import type { CommandOutput } from './terminal/cli-error.ts'

const shells = ['bash', 'zsh', 'fish'] as const

const help = `
Examples:
  bash:  postmaster completion bash > ~/.local/share/bash-completion/completions/postmaster
  zsh:   postmaster completion zsh > "\${fpath[1]}/_postmaster"
  fish:  postmaster completion fish > ~/.config/fish/completions/postmaster.fish`

export const completionCommand = ({ data }: CommandOutput): Command =>
  new Command('completion')
    .description('print a shell completion script for commands and options')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText('after', help)
    .action((shell: (typeof shells)[number], _options: object, command: Command) => {
      const program = command.parent ?? command
      data(scripts[shell](placesOf(program)))
    })

/** What can follow a command on the command line. */
interface Place {
  /** For example `accounts add`, or empty for the program itself. */
  readonly words: string
  readonly commands: ReadonlyArray<{ readonly name: string; readonly about: string }>
  readonly options: ReadonlyArray<{
    readonly flag: string
    readonly about: string
    readonly takesValue: boolean
    readonly choices: readonly string[]
  }>
  /** The choices for the first argument. */
  readonly choices: readonly string[]
  /** True if the first argument is a file. */
  readonly takesFile: boolean
}

const placesOf = (command: Command, words: readonly string[] = []): Place[] => {
  const shown = command.createHelp()
  shown.showGlobalOptions = true
  const commands = shown.visibleCommands(command).filter((child) => child.name() !== 'help')
  const options = [...shown.visibleOptions(command), ...shown.visibleGlobalOptions(command)]
  return [
    {
      words: words.join(' '),
      commands: commands.map((child) => ({ name: child.name(), about: child.description() })),
      options: options.flatMap(optionOf),
      choices: command.registeredArguments[0]?.argChoices ?? [],
      takesFile: command.registeredArguments[0]?.name() === 'file',
    },
    ...commands.flatMap((child) => placesOf(child, [...words, child.name()])),
  ]
}

const optionOf = ({ long, description, required, optional, argChoices }: Option): Place['options'] =>
  long ? [{ flag: long, about: description, takesValue: required || optional, choices: argChoices ?? [] }] : []

/** Puts text in single quotes. Only fish interprets backslashes inside them. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
const fishQuoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const wordsAt = ({ commands, options, choices }: Place): string[] => [
  ...commands.map(({ name }) => name),
  ...choices,
  ...options.map(({ flag }) => flag),
]
const filePlaces = (places: readonly Place[]): Place[] => places.filter(({ takesFile }) => takesFile)
/** A value without choices is completed with file names. */
const valueLines = (places: readonly Place[], line: (key: string, choices: readonly string[]) => string): string[] =>
  places.flatMap(({ words, options }) =>
    options.filter(({ takesValue }) => takesValue).map(({ flag, choices }) => line(`${words}:${flag}`, choices)),
  )

/**
 * Each script finds the current command from the words before the cursor. It skips options, their values and words that
 * are not commands. In bash, file names can contain spaces, which `mapfile` keeps and `filenames` quotes.
 */
const bash = (places: readonly Place[]): string => `# postmaster completion for bash
_postmaster() {
  local place='' word next i current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local -A offers=(
${places.map((place) => `    [${quoted(`:${place.words}`)}]=${quoted(wordsAt(place).join(' '))}`).join('\n')}
  )
  local -A values=(
${valueLines(places, (key, choices) => `    [${quoted(key)}]=${quoted(choices.join(' '))}`).join('\n')}
  )
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ -n "\${values["$place:$word"]+set}" ]]; then i=$((i + 1)); continue; fi
    next="\${place:+$place }$word"
    if [[ "$word" != -* && -n "\${offers[":$next"]+set}" ]]; then place="$next"; fi
  done
  if [[ -n "\${values["$place:$previous"]+set}" ]]; then
    if [[ -n "\${values["$place:$previous"]}" ]]; then COMPREPLY=($(compgen -W "\${values["$place:$previous"]}" -- "$current"))
    else _postmaster_files; fi
  else
    case "$place" in
      ${filePlaces(places)
        .map(({ words }) => quoted(words))
        .join(' | ')}) _postmaster_files ;;
    esac
    COMPREPLY+=($(compgen -W "\${offers[":$place"]}" -- "$current"))
  fi
}
_postmaster_files() {
  mapfile -t COMPREPLY < <(compgen -f -- "$current")
  compopt -o filenames 2> /dev/null || true
}
complete -F _postmaster postmaster`

const zsh = (places: readonly Place[]): string => `#compdef postmaster
# postmaster completion for zsh
_postmaster() {
  local place='' word next previous="\${words[CURRENT-1]}" i
  local -A offers values
  offers=(
${places.map((place) => `    ${quoted(`:${place.words}`)} ${quoted(wordsAt(place).join(' '))}`).join('\n')}
  )
  values=(
${valueLines(places, (key, choices) => `    ${quoted(key)} ${quoted(choices.join(' '))}`).join('\n')}
  )
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if (( \${+values[$place:$word]} )); then i=$((i + 1)); continue; fi
    next="\${place:+$place }$word"
    if [[ "$word" != -* ]] && (( \${+offers[:$next]} )); then place="$next"; fi
  done
  if (( \${+values[$place:$previous]} )); then
    if [[ -n "\${values[$place:$previous]}" ]]; then compadd -- \${=values[$place:$previous]}; else _files; fi
  else
    compadd -- \${=offers[:$place]}
    case "$place" in
      (${filePlaces(places)
        .map(({ words }) => quoted(words))
        .join(' | ')}) _files ;;
    esac
  fi
}
if [[ "\${funcstack[1]}" == _postmaster ]]; then _postmaster "$@"; else compdef _postmaster postmaster; fi`

const fish = (places: readonly Place[]): string => {
  const lines = places.flatMap(({ words, commands, options, choices, takesFile }) => {
    const at = `complete -c postmaster -n ${fishQuoted(`__postmaster_at ${fishQuoted(words)}`)}`
    return [
      ...commands.map(({ name, about }) => `${at} -a ${fishQuoted(name)} -d ${fishQuoted(about)}`),
      ...choices.map((choice) => `${at} -a ${fishQuoted(choice)}`),
      ...(takesFile ? [`${at} -F`] : []),
      ...options.map(({ flag, about, takesValue, choices: values }) => {
        const value = values.length > 0 ? ` -x -a ${fishQuoted(values.join(' '))}` : takesValue ? ' -r -F' : ''
        return `${at} -l ${flag.slice(2)}${value} -d ${fishQuoted(about)}`
      }),
    ]
  })
  return `# postmaster completion for fish
function __postmaster_at
    set -l place
    set -l known ${places.flatMap(({ words }) => (words === '' ? [] : [fishQuoted(words)])).join(' ')}
    set -l valued ${valueLines(places, (key) => fishQuoted(key)).join(' ')}
    set -l isvalue no
    for word in (commandline -opc)[2..-1]
        if test $isvalue = yes
            set isvalue no
        else if contains -- "$place:$word" $valued
            set isvalue yes
        else if contains -- (string join ' ' $place $word) $known
            set place $place $word
        end
    end
    test "$place" = "$argv[1]"
end
complete -c postmaster -f
${lines.join('\n')}`
}

const scripts = { bash, zsh, fish } as const
