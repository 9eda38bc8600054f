import pc from 'picocolors'

/** Only on terminals, and never where NO_COLOR is set. picocolors alone would also colour whatever runs in CI, pipes and files too. */
export const coloured = Boolean(process.stdout.hasColors?.()) && !process.env.NO_COLOR

export const colours = pc.createColors(coloured)
