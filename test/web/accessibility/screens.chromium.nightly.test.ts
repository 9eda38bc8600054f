import { checkScreens } from './check-screens.ts'

checkScreens([
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 390 },
])
