import { Parser } from 'htmlparser2'

export interface FormButton {
  readonly name: string
  readonly value: string
  readonly text: string
}

/** A page's form with its visible parts. */
export interface Form {
  readonly method: 'GET' | 'POST'
  /** The attribute's text. Empty means the page's own address. */
  readonly action: string
  /** Names and values of inputs, including hidden ones but not buttons. */
  readonly fields: ReadonlyMap<string, string>
  /** Input types by name. */
  readonly types: ReadonlyMap<string, string>
  readonly buttons: readonly FormButton[]
}

interface OpenForm extends Form {
  readonly fields: Map<string, string>
  readonly types: Map<string, string>
  readonly buttons: FormButton[]
}

/** Reads forms with inputs and buttons. The pages here have no select or textarea. */
export const formsOf = (html: string): Form[] => {
  const forms: OpenForm[] = []
  let form: OpenForm | undefined
  let button: { name: string; value: string; text: string } | undefined
  const parser = new Parser({
    onopentag: (tag, attributes) => {
      const { name = '', value = '', type = '' } = attributes
      if (tag === 'form') {
        const method = attributes.method?.toUpperCase() === 'POST' ? 'POST' : 'GET'
        form = { method, action: attributes.action ?? '', fields: new Map(), types: new Map(), buttons: [] }
        forms.push(form)
      } else if (tag === 'input' && type === 'submit') form?.buttons.push({ name, value, text: value })
      else if (tag === 'input') {
        form?.fields.set(name, value)
        form?.types.set(name, type)
      } else if (tag === 'button') button = { name, value, text: '' }
    },
    ontext: (text) => {
      if (button) button.text += text
    },
    onclosetag: (tag) => {
      if (tag === 'button' && button) form?.buttons.push({ ...button, text: button.text.trim() })
      if (tag === 'button') button = undefined
      if (tag === 'form') form = undefined
    },
  })
  parser.end(html)
  return forms
}
