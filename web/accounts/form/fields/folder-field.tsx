import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { FolderPicker } from '../testing/folder-picker.tsx'
import type { ConnectionTest } from '../testing/run-test.ts'
import { actions } from '../texts.ts'

/** How the form reads the folders of the mailbox. */
export interface FolderAccess {
  /** Marks what is missing for a login. @returns whether a login can be tried */
  readonly check: () => boolean
  readonly read: () => Promise<ConnectionTest>
}

interface FolderFieldProps {
  label: string
  help?: string
  /** The folder that an empty field stands for. */
  placeholder?: string
  value: string
  error: string | undefined
  access: FolderAccess
  onChange: (folder: string) => void
}

/** A folder that can be typed or chosen from those of the mailbox. */
export const FolderField = ({ label, help, placeholder, value, error, access, onChange }: FolderFieldProps) => {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <FormField
        label={label}
        description={help}
        errorText={error}
        secondaryControl={
          <Button
            formAction="none"
            ariaLabel={`Choose: ${label}`}
            onClick={() => {
              if (access.check()) setOpen(true)
            }}
          >
            {actions.choose}
          </Button>
        }
      >
        <Input
          value={value}
          autoComplete={false}
          spellcheck={false}
          placeholder={placeholder ?? ''}
          onChange={({ detail }) => onChange(detail.value)}
        />
      </FormField>
      {isOpen && (
        <FolderPicker
          current={value || (placeholder ?? '')}
          read={access.read}
          onChoose={(folder) => {
            onChange(folder === placeholder ? '' : folder)
            setOpen(false)
          }}
          onCancel={() => setOpen(false)}
        />
      )}
    </>
  )
}
