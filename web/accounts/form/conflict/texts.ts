export const conflictTexts = {
  title: (by: string, at: string) => `Changed by ${by} at ${at}`,
  saved: 'While you were editing, another person saved this account',
  choose: 'Nothing of yours is saved yet. Choose which values the account gets.',
  nothingToChoose: 'That change and yours have no setting in common. Save to keep both.',
  allMine: 'Keep all of mine',
  allTheirs: 'Take all of theirs',
  keepMine: 'Keep mine',
  takeTheirs: (by: string) => `Take the value of ${by}`,
  back: 'Back to the form',
  save: 'Save',
} as const
