import { Flex, Select, theme } from 'antd'
import { useTranslation } from 'react-i18next'
import { ALONE, Fields, isMeant, type Around } from './FieldForm'
import { MeasureForm, eventFieldOf } from './MeasureForm'
import { comparesTrait, joins, type Word } from './grammar'
import { useKnown, useTraitValues } from './known'
import { blank, comparisonsOf, kindOf, reworded, type Kind, type Part, type Rule } from './rule'
import { POPUP } from './popups'

type Condition = Extract<Part, { kind: 'condition' }>

interface Shape {
  part: Condition
  change: (part: Part) => void
}

/** The form of one condition, drawn from what its operator declares. */
export function ConditionForm({ part, change }: Shape) {
  const { grammar } = useKnown()
  const word = grammar.operators.get(part.op)
  const { token } = theme.useToken()
  if (!word) return <span style={{ color: token.colorError }}>{part.op}</span>
  const set = (op: string, fields: Rule) => change({ ...part, op, fields })
  return (
    <Flex gap={8} wrap align="center">
      {comparesTrait(word) ? <ComparedForm word={word} fields={part.fields} set={set} /> : <PlainForm word={word} fields={part.fields} set={set} />}
    </Flex>
  )
}

interface Drawn {
  word: Word
  fields: Rule
  set: (op: string, fields: Rule) => void
}

function ComparedForm({ word, fields, set }: Drawn) {
  const { t } = useTranslation()
  const { grammar, traits } = useKnown()
  const trait = typeof fields.trait === 'string' ? fields.trait : ''
  const { options, usual } = useTraitValues(trait)
  const kindOfTrait = (name: unknown): Kind => {
    const found = traits.find((each) => each.value === name)
    return found?.type ? kindOf(found.type) : 'any'
  }
  const kind = kindOfTrait(trait)
  const comparing = (of: Kind) => comparisonsOf(of, [...grammar.operators.values()].filter(comparesTrait).map((each) => each.name))
  const offered = comparing(kind)
  const around: Around = { event: '', kind, options: kind === 'number' && options.length > 12 ? [] : options, usual: usual[2] }
  const isChosen = fields.trait !== null && fields.trait !== ''
  return (
    <>
      <MeasureForm
        label={t('rule.trait')}
        value={fields.trait}
        around={ALONE}
        change={(to) => {
          const possible = comparing(kindOfTrait(to))
          const next = possible.includes(word.name) && kindOfTrait(to) === kind ? word : grammar.operators.get(possible[0] ?? word.name)!
          set(next.name, next === word ? { ...fields, trait: to } : { ...blank(next), trait: to })
        }}
      />
      <Select
        aria-label={t('rule.comparison')}
        showSearch={{ filterOption: isMeant }}
        disabled={!isChosen}
        value={word.name}
        onChange={(op) => set(op, reworded(fields, word, grammar.operators.get(op)!, grammar))}
        options={[...new Set([...offered, word.name])].map((value) => {
          const { title, about } = grammar.operators.get(value)!
          return { value, label: t(`rule.op.${value}`, { defaultValue: title }), title: about.split('\n')[0] }
        })}
        popupMatchSelectWidth={POPUP}
        style={{ minWidth: 110 }}
      />
      {isChosen && (
        <Fields word={word} fields={fields} change={(to) => set(word.name, to)} around={around} main={t('rule.value')} beside={['trait']} />
      )}
    </>
  )
}

function PlainForm({ word, fields, set }: Drawn) {
  const { t } = useTranslation()
  const { grammar } = useKnown()
  const eventField = eventFieldOf(word, grammar)
  const words = [...grammar.operators.values()].filter((each) => !comparesTrait(each) && !joins(each, grammar))
  return (
    <>
      <Select
        aria-label={t('rule.operator')}
        showSearch={{ filterOption: isMeant }}
        value={word.name}
        onChange={(op) => set(op, reworded(fields, word, grammar.operators.get(op)!, grammar))}
        options={words.map((each) => ({ value: each.name, label: t(`rule.op.${each.name}`, { defaultValue: each.title }), title: each.about.split('\n')[0] }))}
        popupMatchSelectWidth={POPUP}
        style={{ minWidth: 120 }}
      />
      <Fields
        word={word}
        fields={fields}
        change={(to) => set(word.name, to)}
        around={{ ...ALONE, event: eventField ? String(fields[eventField] ?? '') : '' }}
      />
    </>
  )
}
