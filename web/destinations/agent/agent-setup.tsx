import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useAddressState } from '../../shared/navigation/address-state.ts'
import { CopiedText } from '../../shared/words/copied-text.tsx'
import { agentCommands, isSystem, systems } from './commands.ts'
import { buildCommands, systemNames, agentTexts as texts } from './texts.ts'

/** The commands that set an agent up, for the ticket system that the person chooses. */
export const AgentSetup = ({ expanded }: { expanded: boolean }) => {
  const [chosen, setChosen] = useAddressState('system')
  const system = isSystem(chosen) ? chosen : 'otobo'
  const commands = { build: buildCommands, ...agentCommands(system, window.location.origin) }
  const steps = (['build', 'install', 'token', 'sample', 'run', 'service'] as const).flatMap((step) => {
    const text = commands[step]
    return text === undefined ? [] : [{ step, text }]
  })
  return (
    <ExpandableSection
      variant="container"
      headerText={texts.title}
      headerDescription={texts.description}
      defaultExpanded={expanded}
    >
      <SpaceBetween size="m">
        <FormField label={texts.system}>
          <Select
            selectedOption={{ value: system, label: systemNames[system] }}
            options={systems.map((value) => ({ value, label: systemNames[value] }))}
            onChange={({ detail }) => setChosen(detail.selectedOption.value ?? '')}
          />
        </FormField>
        <Box color="text-body-secondary">{texts.userNote}</Box>
        {steps.map(({ step, text }, index) => (
          <div key={step}>
            <Box variant="awsui-key-label">
              {index + 1}. {texts.steps[step]}
            </Box>
            <CopiedText text={text} label={texts.copies[step]} />
          </div>
        ))}
      </SpaceBetween>
    </ExpandableSection>
  )
}
