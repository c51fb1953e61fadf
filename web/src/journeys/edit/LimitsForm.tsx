import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Flex, InputNumber, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { ALONE, FieldForm } from '../../segment/builder/FieldForm'
import type { Body, StepGrammar } from '../steps'
import { ConditionForm } from './ConditionForm'
import { Field } from './Field'
import { TimeForm } from './StepForm'

const CAP = { times: 3, within: '7d' }
const NIGHT = { start: '21:00', end: '08:00' }
const PERIODS = ['day', 'week', 'month'] as const

interface Shape {
  body: Body
  grammar: StepGrammar
  change: (body: Body) => void
}

/** Who leaves before the end, how many messages somebody gets at most, and when nothing is sent. */
export function LimitsForm({ body, grammar, change }: Shape) {
  const { t } = useTranslation()
  const exits = rowsOf(body.exit)
  const caps = rowsOf(body.frequency_caps)
  const quiet = body.quiet_hours as Body | null | undefined
  const put = (name: string, value: unknown) => change({ ...body, [name]: value })
  return (
    <>
      <Field label={t('journeys.edit.exit')} path={['exit']} hint={grammar.fields.exit?.description}>
        <Flex vertical gap={8}>
          {exits.map((each, place) => (
            <Row key={place} drop={t('journeys.edit.dropExit', { n: place + 1 })} remove={() => put('exit', exits.toSpliced(place, 1))}>
              <ConditionForm label={t('journeys.edit.exitNumber', { n: place + 1 })} value={each} change={(to) => put('exit', exits.with(place, to))} grammar={grammar} />
            </Row>
          ))}
          <Add words={t('journeys.edit.addExit')} add={() => put('exit', [...exits, { event: null }])} />
        </Flex>
      </Field>
      <Field label={t('journeys.edit.caps')} path={['frequency_caps']} hint={grammar.fields.frequency_caps?.description}>
        <Flex vertical gap={8}>
          {caps.map((each, place) => (
            <Row key={place} drop={t('journeys.edit.dropCap', { n: place + 1 })} remove={() => put('frequency_caps', caps.toSpliced(place, 1))}>
              <CapForm cap={each} number={place + 1} grammar={grammar} change={(to) => put('frequency_caps', caps.with(place, to))} />
            </Row>
          ))}
          <Add words={t('journeys.edit.addCap')} add={() => put('frequency_caps', [...caps, CAP])} />
        </Flex>
      </Field>
      <Field label={t('journeys.edit.quiet')} path={['quiet_hours']} hint={grammar.fields.quiet_hours?.description}>
        <Flex gap={8} wrap align="center">
          <Switch aria-label={t('journeys.edit.quiet')} checked={!!quiet} onChange={(on) => put('quiet_hours', on ? NIGHT : null)} />
          {quiet && (
            <>
              <TimeForm label={t('journeys.edit.quietFrom')} value={quiet.start} change={(start) => put('quiet_hours', { ...quiet, start })} />–
              <TimeForm label={t('journeys.edit.quietUntil')} value={quiet.end} change={(end) => put('quiet_hours', { ...quiet, end })} />
            </>
          )}
        </Flex>
      </Field>
    </>
  )
}

const rowsOf = (value: unknown): Body[] => (Array.isArray(value) ? (value as Body[]) : [])

function Row({ drop, remove, children }: { drop: string; remove: () => void; children: React.ReactNode }) {
  return (
    <Flex gap={8} align="flex-start">
      <div style={{ flex: 1, minWidth: 0 }}>{children}</div>
      <Button type="text" icon={<DeleteOutlined />} aria-label={drop} onClick={remove} />
    </Flex>
  )
}

function Add({ words, add }: { words: string; add: () => void }) {
  return (
    <Button size="small" icon={<PlusOutlined />} onClick={add} style={{ alignSelf: 'flex-start' }}>
      {words}
    </Button>
  )
}

/** At most so many messages in any time that long, or in a day, week or month of the calendar. */
function CapForm({ cap, number, grammar, change }: { cap: Body; number: number; grammar: StepGrammar; change: (cap: Body) => void }) {
  const { t } = useTranslation()
  const { within, per, ...others } = cap
  const span = per ? String(per) : 'within'
  return (
    <Flex gap={8} wrap align="center" role="group" aria-label={t('journeys.edit.capNumber', { n: number })}>
      <InputNumber
        aria-label={t('journeys.edit.capTimes', { n: number })}
        min={1}
        precision={0}
        value={cap.times as number | null}
        onChange={(times) => change({ ...cap, times })}
        style={{ width: 80 }}
      />
      <Select
        aria-label={t('journeys.edit.capSpan', { n: number })}
        value={span}
        onChange={(to) => change(to === 'within' ? { ...others, within: CAP.within } : { ...others, per: to })}
        options={['within', ...PERIODS].map((value) => ({ value, label: t(`journeys.edit.capPer.${value}`) }))}
        style={{ minWidth: 170 }}
      />
      {span === 'within' && (
        <FieldForm
          schema={grammar.defs.FrequencyCap?.properties?.within ?? {}}
          label={t('journeys.edit.capWithin', { n: number })}
          value={within}
          change={(to) => change({ ...others, within: to })}
          around={ALONE}
        />
      )}
    </Flex>
  )
}
