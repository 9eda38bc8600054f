import type { components } from '../api/schema.d.ts'

export type Message = components['schemas']['Message']
export type MessageView = components['schemas']['MessageView']
export type Attachment = components['schemas']['Attachment']
export type Explanation = components['schemas']['Explanation']
export type ExplanationStep = Explanation['steps'][number]
