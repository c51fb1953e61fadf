import { Button, Flex, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { ALONE, Choice, Fields, isMeant, type FieldProps } from './FieldForm'
import { inShort, isRule, shapeOf, type Grammar, type Word } from './grammar'
import { useKnown } from './known'
import { blank, reworded, type Rule } from './rule'
import { POPUP } from './popups'

/** A trait by its name, or one that is measured in the rule itself. */
export function MeasureForm(props: FieldProps) {
  const { t } = useTranslation()
  const { traits, grammar } = useKnown()
  const { label, value, change } = props
  if (isRule(value)) return <MeasuredForm {...props} value={value} />
  const first = [...grammar.measures.values()].find((word) => eventFieldOf(word, grammar) === word.name)
  return (
    <Select
      aria-label={label}
      placeholder={label}
      showSearch={{ filterOption: isMeant }}
      value={(value as string | null) || undefined}
      onChange={(name: string) => change(name === MEASURED && first ? blank(first) : name)}
      options={[...traits, { value: MEASURED, label: t('rule.measured') }]}
      optionRender={(option) => <Choice label={String(option.data.label)} often={option.data.often} />}
      popupMatchSelectWidth={POPUP}
      style={{ minWidth: 'min(160px, 100%)', flex: '1 1 160px', maxWidth: '100%' }}
    />
  )
}

/** No trait is called so. */
const MEASURED = ' '

function MeasuredForm({ label, value, change }: FieldProps & { value: Rule }) {
  const { t } = useTranslation()
  const { grammar } = useKnown()
  const found = inShort(value, grammar.measures)
  if (!found) return <code>{JSON.stringify(value)}</code>
  const { word, fields } = found
  const eventField = eventFieldOf(word, grammar)
  const event = eventField ? String(fields[eventField] ?? '') : ''
  return (
    <Flex gap={8} wrap align="center" role="group" aria-label={label} style={{ flex: '1 1 100%' }}>
      <Select
        aria-label={t('rule.measure')}
        showSearch={{ filterOption: isMeant }}
        value={word.name}
        onChange={(name) => change(reworded(fields, word, grammar.measures.get(name)!, grammar))}
        options={[...grammar.measures.values()].filter((each) => each.name !== 'trait').map((each) => ({ value: each.name, label: each.title, title: each.about }))}
        style={{ minWidth: 130 }}
      />
      <Fields word={word} fields={fields} change={change} around={{ ...ALONE, event }} />
      <Button type="link" size="small" onClick={() => change(null)}>
        {t('rule.byName')}
      </Button>
    </Flex>
  )
}

/** The field that says which events are meant, where there is one. */
export const eventFieldOf = (word: Word, grammar: Grammar): string | undefined =>
  Object.keys(word.fields).find((key) => {
    const shape = shapeOf(word.fields[key]!, grammar)
    return shape.is === 'name' && shape.of === 'event'
  })
