import pc from 'picocolors'

/** NO_COLOR (no-color.org) takes precedence over FORCE_COLOR. Without either, only terminals show colours. */
export const hasColours = (
  { NO_COLOR, FORCE_COLOR }: Readonly<Record<string, string | undefined>>,
  onTerminal: boolean,
): boolean => {
  if (NO_COLOR) return false
  return FORCE_COLOR ? !['0', 'false'].includes(FORCE_COLOR) : onTerminal
}

/** By default, picocolors also colours all output in CI, even in pipes and files. */
const coloured = hasColours(process.env, Boolean(process.stdout.hasColors?.()))

export const colours = pc.createColors(coloured)

const tones: ReadonlyArray<readonly [paint: (text: string) => string, states: readonly string[]]> = [
  [colours.green, ['ok', 'done', 'announced', 'delivered', 'connected']],
  [
    colours.red,
    ['failed', 'failing', 'crashed', 'lost', 'quarantined', 'suspended', 'permanent', 're-authorization-needed'],
  ],
  [
    colours.yellow,
    ['warning', 'waiting', 'queued', 'running', 'pending', 'delivering', 'in-doubt', 'temporary', 'consent-missing'],
  ],
  [colours.dim, ['invalid', 'invalid-temporarily', 'not-fetched', 'handled', 'ignored', 'erased']],
]
const paints = new Map(tones.flatMap(([paint, states]) => states.map((state) => [state, paint])))

/** @returns the text in the colour of the state with which it begins */
export const inStateColour = (text: string): string => (paints.get(/^[a-z-]+/.exec(text)?.[0] ?? '') ?? String)(text)

const marks = new Map([
  ['passed', colours.green('ok')],
  ['failed', colours.red('!!')],
])

/** @returns the two-character mark for a step that `passed`, `failed` or was not tried */
export const stepMark = (state: string): string => marks.get(state) ?? colours.dim('--')
