import { Button, Flex, Segmented } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { ALONE, FieldForm } from '../../segment/builder/FieldForm'
import type { Rule } from '../../segment/builder/rule'
import type { Body, StepGrammar } from '../steps'
import { RuleForm } from './RuleForm'

interface Shape {
  label: string
  value: unknown
  change: (value: Body) => void
  grammar: StepGrammar
}

/** What is asked of somebody: an event of theirs, or a rule that they meet. */
export function ConditionForm({ label, value, change, grammar }: Shape) {
  const { t } = useTranslation()
  const condition = (value ?? {}) as Body
  const isRule = 'rule' in condition && condition.rule !== null
  return (
    <Flex vertical gap={8} role="group" aria-label={label}>
      <Segmented
        aria-label={label}
        name={useId()}
        value={isRule ? 'rule' : 'event'}
        onChange={(chosen) => change(chosen === 'rule' ? { rule: {} } : { event: null })}
        options={[
          { value: 'event', label: t('journeys.edit.event') },
          { value: 'rule', label: t('journeys.edit.rule') },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      {isRule ? (
        <RuleForm rule={Object.keys(condition.rule as Body).length ? (condition.rule as Rule) : undefined} change={(rule) => change({ rule })} />
      ) : (
        <EventForm value={condition} change={change} fields={grammar.defs.JourneyCondition?.properties ?? {}} />
      )}
    </Flex>
  )
}

/** An event by its name, and what its properties have to be. */
export function EventForm({ value, change, fields }: { value: Body; change: (value: Body) => void; fields: NonNullable<StepGrammar['defs'][string]['properties']> }) {
  const { t } = useTranslation()
  const event = typeof value.event === 'string' ? value.event : ''
  const { where, ...rest } = value
  return (
    <Flex vertical gap={8}>
      {fields.event && (
        <Flex>
          <FieldForm schema={fields.event} label={t('journeys.edit.event')} value={value.event} change={(to) => change({ ...value, event: to })} around={ALONE} />
        </Flex>
      )}
      {where !== undefined && fields.where && (
        <Flex>
          <FieldForm schema={fields.where} label={t('journeys.edit.where')} value={where} change={(to) => change({ ...value, where: to })} around={{ ...ALONE, event }} />
        </Flex>
      )}
      <Button type="link" size="small" onClick={() => change(where === undefined ? { ...value, where: [{}] } : rest)} style={{ alignSelf: 'flex-start', padding: 0 }}>
        {where === undefined ? t('journeys.edit.addWhere') : t('journeys.edit.dropWhere')}
      </Button>
    </Flex>
  )
}
