import { existsSync } from 'node:fs'

/** Debian's and Ubuntu's paths, and Chrome's if it is installed. */
const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath = (): string | undefined => executables.find((path) => existsSync(path))
