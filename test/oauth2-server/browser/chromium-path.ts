import { existsSync } from 'node:fs'

/** Where Debian and Ubuntu have it, and Chrome where somebody has that. */
const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath = (): string | undefined => executables.find((path) => existsSync(path))
