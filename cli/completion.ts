import { Argument, Command, type Option } from 'commander'
import { isOfferedKind } from './api/find/offers.ts'
import type { CommandOutput } from './terminal/cli-error.ts'

const shells = ['bash', 'zsh', 'fish'] as const

const help = `
Examples:
  bash:  postmaster completion bash > ~/.local/share/bash-completion/completions/postmaster
  zsh:   postmaster completion zsh > "\${fpath[1]}/_postmaster"
  fish:  postmaster completion fish > ~/.config/fish/completions/postmaster.fish`

export const completionCommand = ({ data }: CommandOutput): Command =>
  new Command('completion')
    .description('print a shell completion script for commands, options, names and ids')
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
    /** What `postmaster complete` lists for the value, or empty. */
    readonly kind: string
  }>
  /** The choices for the first argument. */
  readonly choices: readonly string[]
  /** What `postmaster complete` lists for the arguments, or empty. */
  readonly kind: string
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
      kind: kindOf(command.registeredArguments[0]?.name()),
      takesFile: command.registeredArguments[0]?.name() === 'file',
    },
    ...commands.flatMap((child) => placesOf(child, [...words, child.name()])),
  ]
}

const kindOf = (placeholder = ''): string => (isOfferedKind(placeholder) ? placeholder : '')

const optionOf = ({ flags, long, description, required, optional, argChoices }: Option): Place['options'] => {
  if (!long) return []
  const kind = kindOf(/<([\w-]+)>/.exec(flags)?.[1])
  return [{ flag: long, about: description, takesValue: required || optional, choices: argChoices ?? [], kind }]
}

/** Puts text in single quotes. Only fish interprets backslashes inside them. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
const fishQuoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** A word such as `@account` stands for what `postmaster complete account` lists. */
const wordsAt = ({ commands, options, choices, kind }: Place): string[] => [
  ...(kind === '' ? [] : [`@${kind}`]),
  ...commands.map(({ name }) => name),
  ...choices,
  ...options.map(({ flag }) => flag),
]
const filePlaces = (places: readonly Place[]): Place[] => places.filter(({ takesFile }) => takesFile)
/** A value without choices is completed with file names. */
const valueLines = (places: readonly Place[], line: (key: string, choices: readonly string[]) => string): string[] =>
  places.flatMap(({ words, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flag, choices, kind }) => line(`${words}:${flag}`, kind === '' ? choices : [`@${kind}`])),
  )

/**
 * Each script finds the current command from the words before the cursor. It skips options, their values and words that
 * are not commands, and passes on which API the typed options choose. In bash, names can contain spaces, which `mapfile`
 * keeps and `%q` or `filenames` quotes, and `@` must not separate words.
 */
const bash = (places: readonly Place[]): string => `# postmaster completion for bash
_postmaster() {
  local place='' word next i current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local -a api=()
  local -A offers=(
${places.map((place) => `    [${quoted(`:${place.words}`)}]=${quoted(wordsAt(place).join(' '))}`).join('\n')}
  )
  local -A values=(
${valueLines(places, (key, choices) => `    [${quoted(key)}]=${quoted(choices.join(' '))}`).join('\n')}
  )
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ -n "\${values["$place:$word"]+set}" ]]; then
      i=$((i + 1))
      if [[ "$word" == --url || "$word" == --token-file ]]; then api+=("$word" "\${COMP_WORDS[i]}"); fi
      continue
    fi
    next="\${place:+$place }$word"
    if [[ "$word" != -* && -n "\${offers[":$next"]+set}" ]]; then place="$next"; fi
  done
  if [[ -n "\${values["$place:$previous"]+set}" ]]; then
    if [[ -n "\${values["$place:$previous"]}" ]]; then _postmaster_words "\${values["$place:$previous"]}"
    else _postmaster_files; fi
  else
    case "$place" in
      ${filePlaces(places)
        .map(({ words }) => quoted(words))
        .join(' | ')}) _postmaster_files ;;
    esac
    _postmaster_words "\${offers[":$place"]}"
  fi
}
_postmaster_words() {
  local word
  while IFS= read -r word; do
    if [[ "$word" == "$current"* ]]; then COMPREPLY+=("$(printf '%q' "$word")"); fi
  done < <(
    for word in $1; do
      if [[ "$word" != @* ]]; then printf '%s\\n' "$word"
      elif [[ "$current" != -* ]]; then postmaster "\${api[@]}" complete "\${word#@}" 2> /dev/null | cut -f 1
      fi
    done
  )
}
_postmaster_files() {
  mapfile -t COMPREPLY < <(compgen -f -- "$current")
  compopt -o filenames 2> /dev/null || true
}
COMP_WORDBREAKS="\${COMP_WORDBREAKS//@/}"
complete -F _postmaster postmaster`

const zsh = (places: readonly Place[]): string => `#compdef postmaster
# postmaster completion for zsh
_postmaster() {
  local place='' word next previous="\${words[CURRENT-1]}" i
  local -a api
  local -A offers values
  offers=(
${places.map((place) => `    ${quoted(`:${place.words}`)} ${quoted(wordsAt(place).join(' '))}`).join('\n')}
  )
  values=(
${valueLines(places, (key, choices) => `    ${quoted(key)} ${quoted(choices.join(' '))}`).join('\n')}
  )
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if (( \${+values[$place:$word]} )); then
      i=$((i + 1))
      if [[ "$word" == --url || "$word" == --token-file ]]; then api+=("$word" "\${words[i]}"); fi
      continue
    fi
    next="\${place:+$place }$word"
    if [[ "$word" != -* ]] && (( \${+offers[:$next]} )); then place="$next"; fi
  done
  if (( \${+values[$place:$previous]} )); then
    if [[ -n "\${values[$place:$previous]}" ]]; then _postmaster_words "\${values[$place:$previous]}"; else _files; fi
  else
    _postmaster_words "\${offers[:$place]}"
    case "$place" in
      (${filePlaces(places)
        .map(({ words }) => quoted(words))
        .join(' | ')}) _files ;;
    esac
  fi
}
_postmaster_words() {
  local word
  local -a found
  for word in \${=1}; do
    if [[ "$word" != @* ]]; then found+=("$word")
    elif [[ "$PREFIX" != -* ]]; then found+=("\${(@f)$(postmaster $api complete "\${word#@}" 2> /dev/null | cut -f 1)}")
    fi
  done
  compadd -- \${found:#}
}
if [[ "\${funcstack[1]}" == _postmaster ]]; then _postmaster "$@"; else compdef _postmaster postmaster; fi`

const fish = (places: readonly Place[]): string => {
  const lines = places.flatMap(({ words, commands, options, choices, kind, takesFile }) => {
    const at = `complete -c postmaster -n ${fishQuoted(`__postmaster_at ${fishQuoted(words)}`)}`
    return [
      ...commands.map(({ name, about }) => `${at} -a ${fishQuoted(name)} -d ${fishQuoted(about)}`),
      ...choices.map((choice) => `${at} -a ${fishQuoted(choice)}`),
      ...(kind === '' ? [] : [`${at} -a ${fishQuoted(`(__postmaster_list ${kind})`)}`]),
      ...(takesFile ? [`${at} -F`] : []),
      ...options.map(({ flag, about, takesValue, choices: known, kind: listed }) => {
        const values = listed === '' ? known : [`(__postmaster_list ${listed})`]
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
function __postmaster_list
    set -l api
    set -l option ''
    for word in (commandline -opc)
        if contains -- $option --url --token-file
            set -a api $option $word
        end
        set option $word
    end
    postmaster $api complete $argv[1] 2>/dev/null
end
complete -c postmaster -f
${lines.join('\n')}`
}

const scripts = { bash, zsh, fish } as const
