export const conflictTexts = {
  title: (by: string, at: string) => `Changed by ${by} at ${at}`,
  saved: 'While you were editing, another person saved this account',
  choose: 'Your changes are not saved yet. Choose which values to keep.',
  nothingToChoose: 'The two of you changed different settings. Save to keep both changes.',
  allMine: 'Keep all of mine',
  allTheirs: 'Use all of theirs',
  keepMine: 'Keep mine',
  takeTheirs: (by: string) => `Use the value of ${by}`,
  back: 'Back to the form',
  save: 'Save',
} as const
