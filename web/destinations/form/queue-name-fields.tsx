import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { allQueues } from '../../api/short-lists.ts'
import type { FieldsProps } from './form-state.ts'
import { formTexts as texts } from './texts.ts'

/** The ticket system's names for the queues. */
export const QueueNameFields = ({ draft, change, errorAt }: FieldsProps) => {
  const queues = useQuery(allQueues)
  const { queueNames } = draft
  const options = (queues.data ?? []).map(({ queueId, name }) => ({ value: queueId, label: name }))
  const isNamed = (queueId: string) => queueNames.some((one) => one.queueId === queueId)
  const changeAt = (index: number, fields: Partial<(typeof queueNames)[number]>) =>
    change({ queueNames: queueNames.map((one, at) => (at === index ? { ...one, ...fields } : one)) })
  return (
    <Container
      header={
        <Header variant="h2" description={texts.namesDescription}>
          {texts.names}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <FormField errorText={errorAt('/queueMap/names')} stretch>
          <AttributeEditor
            items={queueNames}
            empty={texts.noNames}
            addButtonText={texts.addName}
            removeButtonText={texts.removeName}
            onAddButtonClick={() => change({ queueNames: [...queueNames, { queueId: '', name: '' }] })}
            onRemoveButtonClick={({ detail }) =>
              change({ queueNames: queueNames.filter((_, index) => index !== detail.itemIndex) })
            }
            definition={[
              {
                label: texts.queueHere,
                control: ({ queueId }, index) => (
                  <Select
                    ariaLabel={texts.queueHere}
                    placeholder={texts.chooseQueue}
                    selectedOption={
                      queueId === ''
                        ? null
                        : (options.find(({ value }) => value === queueId) ?? { value: queueId, label: queueId })
                    }
                    options={options.filter(({ value }) => value === queueId || !isNamed(value))}
                    onChange={({ detail }) => changeAt(index, { queueId: detail.selectedOption.value ?? '' })}
                  />
                ),
              },
              {
                label: texts.queueThere,
                control: ({ name }, index) => (
                  <Input
                    ariaLabel={texts.queueThere}
                    value={name}
                    onChange={({ detail }) => changeAt(index, { name: detail.value })}
                  />
                ),
              },
            ]}
          />
        </FormField>
        <FormField
          label={texts.otherQueues}
          description={texts.otherQueuesDescription}
          errorText={errorAt('/queueMap/default')}
        >
          <Input value={draft.otherQueues} onChange={({ detail }) => change({ otherQueues: detail.value })} />
        </FormField>
      </SpaceBetween>
    </Container>
  )
}
