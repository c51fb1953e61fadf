import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown, Flex, Input, InputNumber, Segmented, Select, Typography } from 'antd'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { FreeText, leave } from '../../app/FreeText'
import { MeasureForm } from './MeasureForm'
import { RecordsForm } from './RecordsForm'
import { isRule, shapeOf, type Names, type Schema, type Shape, type Word } from './grammar'
import { useKnown, useNames, type Option } from './known'
import { valueOf, type Kind, type Rule } from './rule'
import { POPUP, WIDE } from './popups'

/** What stands beside a field and says what can be chosen in it. */
export interface Around {
  event: string
  kind: Kind
  options: Option[]
  usual?: number
}

export const ALONE: Around = { event: '', kind: 'any', options: [] }

export interface FieldProps {
  label: string
  value: unknown
  change: (value: unknown) => void
  around: Around
}

const STYLE = { flex: '1 1 160px', minWidth: 'min(120px, 100%)', maxWidth: '100%' }

/** One field, drawn from what the program declares of it. */
export function FieldForm({ schema, ...props }: FieldProps & { schema: Schema }) {
  const shape = shapeOf(schema, useKnown().grammar)
  return (
    <div style={{ display: 'contents' }} onKeyDownCapture={leave}>
      <ShapeForm shape={shape} {...props} />
    </div>
  )
}

export function ShapeForm({ shape, ...props }: FieldProps & { shape: Shape }) {
  const { t } = useTranslation()
  const { label, value, change, around } = props
  const named = { 'aria-label': label }
  switch (shape.is) {
    case 'measure':
      return <MeasureForm {...props} />
    case 'records':
      return <RecordsForm {...props} schema={shape.of} />
    case 'rules':
      return <WrittenForm {...props} />
    case 'yes':
      return <YesForm {...props} />
    case 'number':
      return (
        <InputNumber
          {...named}
          value={value as number | null}
          onChange={change}
          min={shape.least}
          max={shape.most}
          precision={shape.whole ? 0 : undefined}
          style={{ minWidth: 90 }}
        />
      )
    case 'choice':
      return (
        <Select
          {...named}
          value={(value as string | null) ?? undefined}
          onChange={change}
          options={shape.of.map((each) => ({ value: each, label: t(`rule.choice.${each}`, { defaultValue: each.replaceAll('_', ' ') }) }))}
          style={STYLE}
        />
      )
    case 'name':
      return <NameForm {...props} of={shape.of} />
    case 'list':
      return <ListForm {...props} of={shape.of} orOne={shape.orOne} />
    case 'pair':
      return <PairForm {...props} />
    case 'scalar':
      return around.kind === 'boolean' ? <YesForm {...props} /> : <ValueForm {...props} />
    case 'duration':
      return (
        <FreeText
          {...named}
          value={(value as string | null) ?? ''}
          onChange={(typed) => change(typed.trim())}
          options={shape.such.filter((each) => !each.startsWith('P')).map((each) => ({ value: each }))}
          placeholder={shape.such[0]}
          style={{ width: 110 }}
        />
      )
    case 'instant':
    case 'text':
      return (
        <Input
          {...named}
          value={(value as string | null) ?? ''}
          onChange={(event) => change(event.target.value)}
          placeholder={shape.is === 'instant' ? '2026-01-31' : undefined}
          style={STYLE}
        />
      )
  }
}

function YesForm({ label, value, change }: FieldProps) {
  const { t } = useTranslation()
  return (
    <Segmented
      aria-label={label}
      name={useId()}
      value={value === false ? 'no' : 'yes'}
      options={[
        { value: 'yes', label: t('yes') },
        { value: 'no', label: t('no') },
      ]}
      onChange={(chosen) => change(chosen === 'yes')}
    />
  )
}

/** A value as it is typed, with those that are in the data and how often they are. */
function ValueForm({ label, value, change, around }: FieldProps) {
  const { kind, options, usual } = around
  const called = options.find((each) => each.value === String(value))?.label
  return (
    <FreeText
      aria-label={label}
      value={called ?? (value === null || value === undefined ? '' : String(value))}
      onChange={(typed: string) => change(valueOf(options.find((each) => each.label === typed)?.value ?? typed, kind))}
      options={options.map((each) => ({ value: each.label, often: each.often }))}
      optionRender={(option) => <Choice label={String(option.value)} often={option.data.often as string | undefined} />}
      showSearch={{ filterOption: called ? false : isMeant }}
      placeholder={kind === 'instant' ? '2026-01-31' : kind === 'number' && usual !== undefined ? String(Number(usual.toPrecision(3))) : undefined}
      popupMatchSelectWidth={POPUP}
      style={STYLE}
    />
  )
}

function PairForm({ value, change }: FieldProps) {
  const { t } = useTranslation()
  const [from, to] = (Array.isArray(value) ? value : [null, null]) as (number | string | null)[]
  const end = (label: string, here: number | string | null | undefined, set: (typed: unknown) => void) => (
    <Input
      aria-label={label}
      value={here ?? ''}
      onChange={(event) => set(event.target.value === '' ? null : valueOf(event.target.value, 'any'))}
      style={{ width: 110 }}
    />
  )
  return (
    <Flex gap={4} align="center">
      {end(t('rule.from'), from, (typed) => change([typed, to]))}–{end(t('rule.to'), to, (typed) => change([from, typed]))}
    </Flex>
  )
}

function ListForm({ label, value, change, around, of, orOne }: FieldProps & { of: Shape; orOne: boolean }) {
  const names = useNames(of.is === 'name' ? of.of : 'segment', around.event)
  const options = of.is === 'name' ? names : around.options
  const kind = of.is === 'scalar' ? around.kind : 'text'
  const held = (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]) as unknown[]
  const set = (typed: string[]) => {
    const values = typed.map((each) => valueOf(each, kind))
    change(orOne && values.length === 1 ? values[0] : values)
  }
  return (
    <Select
      mode="tags"
      aria-label={label}
      value={held.map(String)}
      onChange={set}
      tokenSeparators={[',', '，', '\n']}
      showSearch={{ filterOption: isMeant, filterSort: nearestFirst }}
      options={options}
      optionRender={(option) => <Choice label={String(option.data.label ?? option.value)} often={option.data.often} />}
      popupMatchSelectWidth={POPUP}
      style={{ ...STYLE, flex: '2 1 200px' }}
    />
  )
}

/** A name of something in the data; where names come in as time goes by, one that is not there yet may be typed. */
function NameForm({ label, value, change, around, of }: FieldProps & { of: Names }) {
  const options = useNames(of, around.event)
  const shown = { 'aria-label': label, placeholder: label, style: { flex: '1 1 180px', minWidth: 'min(160px, 100%)', maxWidth: '100%' } }
  const isOpen = of === 'event' || of === 'property'
  const search = { filterOption: isMeant, filterSort: nearestFirst }
  const render = (option: { data: Option; value?: unknown }) => (
    <Choice label={option.data.label ?? String(option.value)} often={option.data.often} />
  )
  return isOpen ? (
    <FreeText
      {...shown}
      value={(value as string | null) ?? ''}
      onChange={change}
      options={options}
      showSearch={value && options.some((each) => each.value === value) ? { filterOption: false } : search}
      optionRender={render}
      popupMatchSelectWidth={POPUP}
    />
  ) : (
    <Select {...shown} value={(value as string | null) || undefined} onChange={change} options={options} showSearch={search} optionRender={render} />
  )
}

/** What no form is drawn of, as JSON. */
function WrittenForm({ label, value, change }: FieldProps) {
  return (
    <Input.TextArea
      aria-label={label}
      autoSize
      defaultValue={JSON.stringify(value ?? {})}
      onChange={(event) => {
        try {
          change(JSON.parse(event.target.value))
        } catch {
          change(null)
        }
      }}
      style={{ fontFamily: 'monospace' }}
    />
  )
}

export function Choice({ label, often }: { label: string; often?: string }) {
  return (
    <Flex justify="space-between" gap={16}>
      <span>{label}</span>
      {often && <Typography.Text type="secondary">{often}</Typography.Text>}
    </Flex>
  )
}

/** What is typed finds an option by what people call it, and by its name for commands. */
export const isMeant = (typed: string, option?: { label?: unknown; value?: unknown }) =>
  `${String(option?.label ?? '')} ${String(option?.value ?? '')}`.toLowerCase().includes(typed.toLowerCase())

/** What is called just as was typed comes first, then what begins so. */
export const nearestFirst = (one: { value?: unknown }, other: { value?: unknown }, { searchValue }: { searchValue: string }) => {
  const far = ({ value }: { value?: unknown }) => {
    const name = String(value).toLowerCase()
    return name === searchValue.toLowerCase() ? 0 : name.startsWith(searchValue.toLowerCase()) ? 1 : 2
  }
  return far(one) - far(other)
}

interface FieldsProps {
  word: Word
  fields: Rule
  change: (fields: Rule) => void
  around: Around
  /** What the main field is called, where its own title says it less well. */
  main?: string
  /** Fields that are drawn elsewhere. */
  beside?: readonly string[]
}

/** The fields of a word: what has to be said, what is said, and what could be said besides. */
export function Fields({ word, fields, change, around, main, beside = [] }: FieldsProps) {
  const { t } = useTranslation()
  const drawn = Object.entries(word.fields).filter(([key]) => !beside.includes(key))
  const isShown = (key: string) => key in fields || word.needed.includes(key)
  const more = drawn.filter(([key]) => !isShown(key))
  const nameOf = (key: string, schema: Schema) => (key === word.name && main) || (schema.title ?? key)
  return (
    <>
      {drawn.filter(([key]) => isShown(key)).map(([key, schema]) => {
        const form = (
          <FieldForm
            schema={schema}
            label={nameOf(key, schema)}
            value={fields[key]}
            change={(value) => change({ ...fields, [key]: value })}
            around={around}
          />
        )
        if (word.needed.includes(key) && (key === word.name || isRule(fields[key]))) return <Whole key={key}>{form}</Whole>
        const { [key]: _, ...others } = fields
        return (
          <Named key={key} label={nameOf(key, schema)} drop={word.needed.includes(key) ? undefined : () => change(others)}>
            {form}
          </Named>
        )
      })}
      {more.length > 0 && (
        <Dropdown
          trigger={['click']}
          styles={WIDE}
          menu={{
            items: more.map(([key, schema]) => ({ key, label: schema.title ?? key, title: schema.description })),
            onClick: ({ key }) => change({ ...fields, [key]: begun(word.fields[key]!) }),
          }}
        >
          <Button type="text" size="small" icon={<PlusOutlined />} style={{ alignSelf: 'center' }}>
            {t('rule.details')}
          </Button>
        </Dropdown>
      )}
    </>
  )
}

const begun = (schema: Schema): unknown => (schema.type === 'boolean' ? !schema.default : null)

const Whole = ({ children }: { children: ReactNode }) => <>{children}</>

function Named({ label, drop, children }: { label: string; drop?: () => void; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Flex gap={6} align="center" wrap style={{ maxWidth: '100%' }}>
      {drop && <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('rule.drop', { what: label })} onClick={drop} style={{ marginInlineEnd: -6 }} />}
      <Typography.Text type="secondary" aria-hidden>
        {label}
      </Typography.Text>
      {children}
    </Flex>
  )
}
