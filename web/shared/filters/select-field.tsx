import Select from '@cloudscape-design/components/select'

interface SelectFieldProps {
  /** The name of the control for people who do not see it. */
  label: string
  /** Texts by value. The empty value is the choice that filters nothing. */
  options: Readonly<Record<string, string>>
  value: string
  onChange: (value: string) => void
}

/** A choice among a few values above a list. An unknown value, for example from an old bookmark, counts as the first. */
export const SelectField = ({ label, options, value, onChange }: SelectFieldProps) => {
  const all = Object.entries(options).map(([key, text]) => ({ value: key, label: text }))
  return (
    <Select
      ariaLabel={label}
      options={all}
      selectedOption={all.find((option) => option.value === value) ?? all[0] ?? null}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      expandToViewport
    />
  )
}
