import pc from 'picocolors'

/**
 * True on terminals that support colours, unless NO_COLOR is set. By default, picocolors also colours all output in CI,
 * even in pipes and files.
 */
export const coloured = Boolean(process.stdout.hasColors?.()) && !process.env.NO_COLOR

export const colours = pc.createColors(coloured)
