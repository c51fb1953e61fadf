import { Alert, Flex, Form, Input, InputNumber, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { FreeText } from '../../app/FreeText'
import { ALONE, FieldForm } from '../../segment/builder/FieldForm'
import { useKnown } from '../../segment/builder/known'
import type { Rule } from '../../segment/builder/rule'
import type { Body, StepGrammar } from '../steps'
import { EventForm } from './ConditionForm'
import { Field } from './Field'
import { LimitsForm } from './LimitsForm'
import { RuleForm } from './RuleForm'
import { DaysForm, TimeForm } from './StepForm'
import { useWrongHere } from './faults'

const TRIGGERS = ['event', 'segment', 'list', 'every_day', 'by_hand'] as const
type Trigger = (typeof TRIGGERS)[number]
const BEGINS: Record<Trigger, Body> = {
  event: { event: null },
  segment: { segment: null },
  list: { list: null },
  every_day: { every_day: '09:00', if: {} },
  by_hand: { by_hand: true },
}
const GOAL = { event: 'Order Completed', within: '14d' }
const USUAL_HOLDOUT = 0.1

interface Shape {
  body: Body
  grammar: StepGrammar
  change: (body: Body) => void
}

/** Who enters a journey and when, what it is for, and how many are held out. */
export function EntryForm({ body, grammar, change }: Shape) {
  const { t } = useTranslation()
  const entry = (body.entry ?? {}) as Body
  const fields = grammar.defs.JourneyEntry?.properties ?? {}
  const trigger = TRIGGERS.find((each) => each in entry && entry[each] !== false) ?? 'by_hand'
  const set = (changed: Body) => change({ ...body, entry: changed })
  const put = (name: string, value: unknown) => set({ ...entry, [name]: value })
  const drop = (name: string) => set(Object.fromEntries(Object.entries(entry).filter(([key]) => key !== name)))
  const wrong = useWrongHere(['entry'])
  const goal = body.goal as Body | null | undefined
  const again = entry.again ?? 'never'
  const words = (name: string) => ({ label: fields[name]?.title ?? name, hint: fields[name]?.description, path: ['entry', name] })
  return (
    <Form layout="vertical" requiredMark={false} component="div">
      {wrong.map((each) => (
        <Alert key={each} type="error" showIcon title={each} style={{ marginBottom: 12 }} />
      ))}
      <Form.Item label={t('journeys.edit.trigger')}>
        <Select<Trigger>
          aria-label={t('journeys.edit.trigger')}
          value={trigger}
          onChange={(to) => set({ ...BEGINS[to], ...(entry.if ? { if: entry.if } : {}), ...(entry.again ? { again: entry.again } : {}) })}
          options={TRIGGERS.map((value) => ({ value, label: t(`journeys.trigger.${value}`) }))}
        />
      </Form.Item>
      {trigger === 'event' && (
        <>
          <Field {...words('event')}>
            <EventForm
              value={{ event: entry.event, ...(entry.where === undefined ? {} : { where: entry.where }) }}
              change={({ event, where }) => set({ ...Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'where')), event, ...(where === undefined ? {} : { where }) })}
              fields={fields}
            />
          </Field>
          {fields.key && (
            <Field {...words('key')}>
              <FieldForm schema={fields.key} label={words('key').label} value={entry.key} change={(to) => put('key', to || null)} around={{ ...ALONE, event: String(entry.event ?? '') }} />
            </Field>
          )}
        </>
      )}
      {(trigger === 'segment' || trigger === 'list') && <MembersFields of={trigger} entry={entry} put={put} words={words} />}
      {trigger === 'every_day' && (
        <>
          <Field {...words('every_day')}>
            <TimeForm label={words('every_day').label} value={entry.every_day} change={(to) => put('every_day', to)} />
          </Field>
          <Field {...words('days')}>
            <DaysForm label={words('days').label} value={entry.days} change={(to) => put('days', to)} of={fields.days?.items?.enum ?? []} />
          </Field>
          <DateFields entry={entry} set={set} words={words} />
        </>
      )}
      <Field label={t('journeys.edit.onlyIf')} path={['entry', 'if']} hint={fields.if?.description}>
        <Switch aria-label={t('journeys.edit.onlyIf')} checked={!!entry.if} disabled={trigger === 'every_day' && !entry.date} onChange={(on) => (on ? put('if', {}) : drop('if'))} />
        {!!entry.if && (
          <div style={{ marginTop: 8 }}>
            <RuleForm rule={Object.keys(entry.if as Body).length ? (entry.if as Rule) : undefined} change={(rule) => put('if', rule)} />
          </div>
        )}
      </Field>
      <Field {...words('again')}>
        <FreeText
          aria-label={words('again').label}
          value={t(`journeys.again.${String(again)}`, { defaultValue: String(again) })}
          onChange={(typed: string) => put('again', ['never', 'always'].find((each) => t(`journeys.again.${each}`) === typed) ?? typed.trim())}
          options={[{ value: t('journeys.again.never') }, { value: t('journeys.again.always') }, { value: '30d' }, { value: '180d' }]}
          style={{ maxWidth: 220 }}
        />
      </Field>
      <Field label={t('journeys.edit.goal')} path={['goal']} hint={grammar.fields.goal?.description}>
        <Flex gap={8} wrap align="center">
          <Switch aria-label={t('journeys.edit.goal')} checked={!!goal} onChange={(on) => change({ ...body, goal: on ? GOAL : null })} />
          {goal && (
            <>
              <FieldForm schema={{ type: 'string', 'x-names': 'event' }} label={t('journeys.edit.event')} value={goal.event ?? GOAL.event} change={(to) => change({ ...body, goal: { ...goal, event: to } })} around={ALONE} />
              <FieldForm schema={grammar.defs.Goal?.properties?.within ?? {}} label={t('journeys.edit.within')} value={goal.within ?? GOAL.within} change={(to) => change({ ...body, goal: { ...goal, within: to } })} around={ALONE} />
            </>
          )}
        </Flex>
      </Field>
      <Field label={t('journeys.edit.holdout')} path={['holdout']} hint={grammar.fields.holdout?.description} of="holdout">
        <InputNumber
          id="holdout"
          min={0}
          max={99}
          value={Math.round(1000 * Number(body.holdout ?? USUAL_HOLDOUT)) / 10}
          onChange={(percent) => change({ ...body, holdout: (percent ?? 0) / 100 })}
          suffix="%"
          style={{ width: 120 }}
        />
      </Field>
      <LimitsForm body={body} grammar={grammar} change={change} />
      <Field label={t('journeys.edit.description')} path={['description']} of="description">
        <Input.TextArea id="description" autoSize value={String(body.description ?? '')} onChange={(event) => change({ ...body, description: event.target.value })} />
      </Field>
    </Form>
  )
}

/** Enter on a date of theirs instead of by a rule alone. */
function DateFields({ entry, set, words }: { entry: Body; set: (entry: Body) => void; words: (name: string) => { label: string; hint?: string; path: string[] } }) {
  const { date, yearly, offset_days: offset, ...rest } = entry
  return (
    <>
      <Field {...words('date')}>
        <Input
          aria-label={words('date').label}
          value={String(date ?? '')}
          onChange={({ target }) => set(target.value ? { ...entry, date: target.value } : { ...rest, if: rest.if ?? {} })}
          style={{ maxWidth: 220 }}
        />
      </Field>
      {!!date && (
        <Flex gap={24}>
          <Field {...words('yearly')}>
            <Switch aria-label={words('yearly').label} checked={!!yearly} onChange={(on) => set({ ...entry, yearly: on })} />
          </Field>
          <Field {...words('offset_days')}>
            <InputNumber aria-label={words('offset_days').label} min={-366} max={366} value={Number(offset ?? 0)} onChange={(to) => set({ ...entry, offset_days: to ?? 0 })} />
          </Field>
        </Flex>
      )}
    </>
  )
}

/** Enter with coming into a segment or onto a list, or with leaving it. */
function MembersFields({ of, entry, put, words }: { of: 'segment' | 'list'; entry: Body; put: (name: string, value: unknown) => void; words: (name: string) => { label: string; hint?: string; path: string[] } }) {
  const { t } = useTranslation()
  const options = useKnown()[of === 'segment' ? 'segments' : 'lists']
  return (
    <>
      <Field {...words(of)}>
        <Select
          aria-label={words(of).label}
          showSearch={{ optionFilterProp: 'label' }}
          value={(entry[of] as string | null) || undefined}
          onChange={(to) => put(of, to)}
          options={options.map(({ value, label, often }) => ({ value, label: often ? `${label} · ${often}` : label }))}
        />
      </Field>
      <Field {...words('when')}>
        <Select
          aria-label={words('when').label}
          value={(entry.when as string | undefined) ?? 'entered'}
          onChange={(to) => put('when', to)}
          options={['entered', 'left'].map((value) => ({ value, label: t(`journeys.when.${value}`) }))}
          style={{ maxWidth: 220 }}
        />
      </Field>
      {entry.when !== 'left' && (
        <Field {...words('members')}>
          <Switch aria-label={words('members').label} checked={!!entry.members} onChange={(on) => put('members', on)} />
        </Field>
      )}
    </>
  )
}
