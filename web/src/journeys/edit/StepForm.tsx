import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Flex, Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../../api/client'
import { ALONE, FieldForm } from '../../segment/builder/FieldForm'
import { shapeOf, type Schema } from '../../segment/builder/grammar'
import { useKnown } from '../../segment/builder/known'
import { everyStep, isMapOfNumbers, isMapOfSteps, isSteps, recordsOfWays, type Body, type Path, type StepGrammar } from '../steps'
import { ConditionForm } from './ConditionForm'
import { Field } from './Field'
import { MapForm } from './MapForm'
import { conditionOf, renamed } from './editing'
import { useWrongHere } from './faults'

interface Shape {
  step: Body
  path: Path
  body: Body
  grammar: StepGrammar
  change: (step: Body) => void
}

/** The form of one step, drawn from what the program declares of its word; the steps of its ways stand in the drawing. */
export function StepForm({ step, path, body, grammar, change }: Shape) {
  const { t } = useTranslation()
  const word = grammar.words.get(String(step.op))
  const wrong = useWrongHere(path)
  if (!word) return <Alert type="warning" showIcon title={t('journeys.edit.unknown', { op: String(step.op) })} />
  return (
    <Form layout="vertical" requiredMark={false} component="div">
      {wrong.map((each) => (
        <Alert key={each} type="error" showIcon title={each} style={{ marginBottom: 12 }} />
      ))}
      {Object.entries(word.fields)
        .filter(([, schema]) => !isSteps(schema) && !isMapOfSteps(schema))
        .map(([key, schema]) => {
          const set = (value: unknown) => change({ ...step, [key]: value })
          const of = { schema, name: key, label: schema.title ?? key, path: [...path, key], value: step[key], change: set, body, grammar }
          if (recordsOfWays(schema, grammar)) return <WaysForm key={key} {...of} />
          return (
            <Field key={key} label={of.label} path={of.path} hint={schema.description}>
              <ValueForm {...of} rename={(from, to) => change(renamed(step, key, from, to, grammar))} />
            </Field>
          )
        })}
      <Field label={t('journeys.edit.id')} path={[...path, 'id']} hint={t('journeys.edit.idHint')} of="step-id">
        <Input id="step-id" value={String(step.id ?? '')} maxLength={60} onChange={(event) => change({ ...step, id: event.target.value })} />
      </Field>
    </Form>
  )
}

interface Drawn {
  schema: Schema
  name: string
  label: string
  path: Path
  value: unknown
  change: (value: unknown) => void
  body: Body
  grammar: StepGrammar
}

/** Each way with who takes it, in the order in which they are tried. */
function WaysForm({ schema, label, path, value, change, grammar }: Drawn) {
  const { t } = useTranslation()
  const records = recordsOfWays(schema, grammar)!
  const condition = conditionOf(records.of)
  const ways = Array.isArray(value) ? (value as Body[]) : []
  return (
    <Flex vertical gap={8} role="group" aria-label={label} style={{ marginBottom: 14 }}>
      {ways.map((way, place) => (
        <Field key={place} label={t('journeys.way', { n: place + 1 })} path={[...path, place, condition]}>
          <Flex gap={8} align="flex-start">
            <div style={{ flex: 1, minWidth: 0 }}>
              <ConditionForm label={t('journeys.way', { n: place + 1 })} value={way[condition]} change={(to) => change(ways.with(place, { ...way, [condition]: to }))} grammar={grammar} />
            </div>
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('journeys.edit.dropWay', { n: place + 1 })}
              disabled={ways.length === 1}
              onClick={() => change(ways.toSpliced(place, 1))}
            />
          </Flex>
        </Field>
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => change([...ways, { [condition]: { event: null }, [records.inner]: [] }])} style={{ alignSelf: 'flex-start' }}>
        {t('journeys.edit.addWay')}
      </Button>
    </Flex>
  )
}

function ValueForm({ schema, name, label, value, change, body, grammar, rename }: Drawn & { rename: (from: string, to: string) => void }) {
  const known = useKnown().grammar
  if (schema.$ref?.endsWith('JourneyCondition')) return <ConditionForm label={label} value={value} change={change} grammar={grammar} />
  if (schema.additionalProperties) return <MapForm label={label} value={value} change={change} rename={rename} isNumber={isMapOfNumbers(schema)} />
  if (name === 'template') return <TemplateChoice label={label} value={value} change={change} />
  if (name === 'channel') return <ChannelChoice label={label} value={value ?? schema.default} change={change} />
  if (name === 'step') {
    const ids = everyStep((body.steps ?? []) as Body[], grammar).map(({ step }) => String(step.id))
    return <Chosen label={label} value={value} change={change} options={ids} />
  }
  if (schema.format === 'time') return <TimeForm label={label} value={value} change={change} />
  const shape = shapeOf(schema, known)
  if (shape.is === 'list' && shape.of.is === 'choice') return <DaysForm label={label} value={value} change={change} of={shape.of.of} />
  return <FieldForm schema={schema} label={label} value={value ?? (schema.default as unknown)} change={change} around={ALONE} />
}

interface Plain {
  label: string
  value: unknown
  change: (value: unknown) => void
}

function Chosen({ label, value, change, options }: Plain & { options: readonly string[] }) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      showSearch={{ optionFilterProp: 'label' }}
      value={(value as string | null) || undefined}
      onChange={change}
      options={options.map((each) => ({ value: each, label: each }))}
    />
  )
}

function TemplateChoice(props: Plain) {
  const { data } = useQuery({ queryKey: ['templates'], queryFn: () => answer(client.GET('/api/v1/templates')) })
  return <Chosen {...props} options={(data?.items ?? []).map((each) => text(each.template))} />
}

function ChannelChoice(props: Plain) {
  const { data } = useQuery({
    queryKey: ['parts', 'channel'],
    staleTime: Infinity,
    queryFn: () => answer(client.GET('/api/v1/parts', { params: { query: { kind: 'channel' } } })),
  })
  return <Chosen {...props} options={(data?.items ?? []).map((each) => text(each.name))} />
}

export function TimeForm({ label, value, change }: Plain) {
  return <Input type="time" aria-label={label} value={String(value ?? '').slice(0, 5)} onChange={(event) => change(event.target.value || null)} style={{ width: 140 }} />
}

export function DaysForm({ label, value, change, of }: Plain & { of: readonly string[] }) {
  const { t } = useTranslation()
  return (
    <Select
      mode="multiple"
      aria-label={label}
      placeholder={t('journeys.edit.anyDay')}
      value={(value ?? []) as string[]}
      onChange={change}
      options={of.map((each) => ({ value: each, label: t(`journeys.day.${each}`) }))}
    />
  )
}
