import { checkScreens } from './check-screens.ts'

checkScreens([
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 390 },
])
