import { applyMode, Mode } from '@cloudscape-design/global-styles'

export type Theme = 'system' | 'light' | 'dark'

const key = 'postmaster-theme'
const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)')

export const storedTheme = (): Theme => {
  const stored = localStorage.getItem(key)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export const storeTheme = (theme: Theme): void => {
  localStorage.setItem(key, theme)
  apply()
}

export const applyStoredTheme = (): void => {
  apply()
  systemIsDark.addEventListener('change', apply)
}

const apply = (): void => {
  const theme = storedTheme()
  applyMode(theme === 'dark' || (theme === 'system' && systemIsDark.matches) ? Mode.Dark : Mode.Light)
}
