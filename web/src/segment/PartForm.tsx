import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { AutoComplete, Button, Dropdown, Flex, Input, InputNumber, Segmented, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { COMPARISONS, GROUPS, fresh, kindOf, type Part, type PartKind } from './rule'

export interface Known {
  traits: { name: string; label: string; type: string; top: string[] }[]
  events: string[]
  segments: { name: string; label: string }[]
}

interface Shape<P extends Part> {
  part: P
  known: Known
  change: (part: Part) => void
}

/** What is typed finds an option by what people call it, and by its name for commands. */
const isMeant = (typed: string, option?: { label: string; value: string }) =>
  `${option?.label} ${option?.value}`.toLowerCase().includes(typed.toLowerCase())

const KINDS: PartKind[] = ['trait', 'event', 'segment', 'group', 'other']

/** The form of one condition, with those in it. */
export function PartForm({ part, known, change, remove }: Shape<Part> & { remove?: () => void }) {
  const { t } = useTranslation()
  return (
    <Flex gap={8} align="flex-start">
      <div style={{ flex: 1, minWidth: 0 }}>
        {part.kind === 'group' && <GroupForm part={part} known={known} change={change} />}
        {part.kind === 'trait' && <TraitForm part={part} known={known} change={change} />}
        {part.kind === 'event' && <EventForm part={part} known={known} change={change} />}
        {part.kind === 'segment' && <SegmentForm part={part} known={known} change={change} />}
        {part.kind === 'other' && (
          <Input.TextArea
            aria-label={t('rule.other')}
            autoSize
            value={part.text}
            onChange={(event) => change({ ...part, text: event.target.value })}
            style={{ fontFamily: 'monospace' }}
          />
        )}
      </div>
      {remove && <Button type="text" icon={<DeleteOutlined />} aria-label={t('rule.remove')} onClick={remove} />}
    </Flex>
  )
}

function GroupForm({ part, known, change }: Shape<Extract<Part, { kind: 'group' }>>) {
  const { t } = useTranslation()
  const { parts } = part
  return (
    <div style={{ borderInlineStart: '3px solid #748ffc', paddingInlineStart: 12 }}>
      <Select
        aria-label={t('rule.group')}
        value={part.group}
        onChange={(group) => change({ ...part, group })}
        options={GROUPS.map((value) => ({ value, label: t(`rule.${value}`) }))}
        style={{ marginBottom: 8, minWidth: 200 }}
      />
      <Flex vertical gap={8}>
        {parts.map((each, place) => (
          <PartForm
            key={place}
            part={each}
            known={known}
            change={(changed) => change({ ...part, parts: parts.with(place, changed) })}
            remove={parts.length > 1 ? () => change({ ...part, parts: parts.toSpliced(place, 1) }) : undefined}
          />
        ))}
      </Flex>
      <Dropdown
        trigger={['click']}
        menu={{
          items: KINDS.map((key) => ({ key, label: t(`rule.add.${key}`) })),
          onClick: ({ key }) => change({ ...part, parts: [...parts, fresh(key as PartKind)] }),
        }}
      >
        <Button size="small" icon={<PlusOutlined />} style={{ marginTop: 8 }}>
          {t('rule.addCondition')}
        </Button>
      </Dropdown>
    </div>
  )
}

function TraitForm({ part, known, change }: Shape<Extract<Part, { kind: 'trait' }>>) {
  const { t } = useTranslation()
  const trait = known.traits.find((each) => each.name === part.trait)
  const kind = kindOf(trait?.type ?? 'text')
  const comparisons = part.op && !COMPARISONS[kind].includes(part.op) ? [...COMPARISONS[kind], part.op] : COMPARISONS[kind]
  return (
    <Flex gap={8} wrap>
      <Select
        aria-label={t('rule.trait')}
        placeholder={t('rule.trait')}
        showSearch={{ filterOption: isMeant }}
        value={part.trait || undefined}
        onChange={(name) => {
          const first = COMPARISONS[kindOf(known.traits.find((each) => each.name === name)?.type ?? 'text')][0] ?? '='
          change({ ...part, trait: name, op: first, value: null })
        }}
        options={known.traits.map((each) => ({ value: each.name, label: each.label || each.name }))}
        style={{ minWidth: 200, flex: '1 1 200px' }}
      />
      <Select
        aria-label={t('rule.comparison')}
        value={part.op || undefined}
        disabled={!part.trait}
        onChange={(op) => change({ ...part, op, value: op === 'is_set' ? true : null })}
        options={comparisons.map((value) => ({ value, label: t(`rule.op.${value}`, { defaultValue: value }) }))}
        style={{ minWidth: 130 }}
      />
      <Value part={part} kind={kind} top={trait?.top ?? []} set={(value) => change({ ...part, value })} />
    </Flex>
  )
}

function Value({
  part,
  kind,
  top,
  set,
}: {
  part: Extract<Part, { kind: 'trait' }>
  kind: string
  top: string[]
  set: (value: unknown) => void
}) {
  const { t } = useTranslation()
  const label = t('rule.value')
  const style = { flex: '1 1 140px', minWidth: 120 }
  if (!part.op) return null
  if (part.op === 'is_set' || kind === 'boolean')
    return (
      <Segmented
        aria-label={label}
        value={part.value === false ? 'no' : 'yes'}
        options={[
          { value: 'yes', label: t('yes') },
          { value: 'no', label: t('no') },
        ]}
        onChange={(value) => set(value === 'yes')}
      />
    )
  if (part.op === 'between') {
    const pair = Array.isArray(part.value) ? (part.value as (number | null)[]) : [null, null]
    return (
      <Flex gap={4} align="center" style={style}>
        <InputNumber aria-label={t('rule.from')} value={pair[0]} onChange={(from) => set([from, pair[1]])} />
        –
        <InputNumber aria-label={t('rule.to')} value={pair[1]} onChange={(to) => set([pair[0], to])} />
      </Flex>
    )
  }
  if (part.op === 'in' || part.op === 'not_in')
    return (
      <Select
        mode="tags"
        aria-label={label}
        value={(part.value as string[] | null) ?? []}
        onChange={set}
        options={top.map((value) => ({ value, label: value }))}
        style={style}
      />
    )
  if (kind === 'number')
    return (
      <InputNumber aria-label={label} value={part.value as number | null} onChange={set} style={{ ...style, width: 'auto' }} />
    )
  const hint = part.op === 'in_last' || part.op === 'older_than' ? '90d' : kind === 'instant' ? '2026-01-31' : ''
  return (
    <AutoComplete
      aria-label={label}
      value={(part.value as string | null) ?? ''}
      onChange={set}
      options={top.map((value) => ({ value }))}
      placeholder={hint}
      style={style}
    />
  )
}

function EventForm({ part, known, change }: Shape<Extract<Part, { kind: 'event' }>>) {
  const { t } = useTranslation()
  return (
    <Flex gap={8} wrap align="center">
      <Segmented
        aria-label={t('rule.happened')}
        value={part.op}
        options={(['did', 'did_not'] as const).map((value) => ({ value, label: t(`rule.${value}`) }))}
        onChange={(op) => change({ ...part, op, fewest: null })}
      />
      <AutoComplete
        aria-label={t('rule.event')}
        placeholder={t('rule.event')}
        value={part.event}
        options={known.events.map((value) => ({ value }))}
        onChange={(event) => change({ ...part, event })}
        style={{ minWidth: 200, flex: '1 1 200px' }}
      />
      {part.op === 'did' && (
        <InputNumber
          aria-label={t('rule.fewest')}
          prefix={t('rule.fewest')}
          min={1}
          precision={0}
          value={part.fewest}
          placeholder="1"
          onChange={(fewest) => change({ ...part, fewest })}
          style={{ width: 150 }}
        />
      )}
      <Input
        aria-label={t('rule.within')}
        prefix={t('rule.within')}
        value={part.within}
        placeholder={t('rule.ever')}
        onChange={(event) => change({ ...part, within: event.target.value.trim() })}
        style={{ width: 170 }}
      />
    </Flex>
  )
}

function SegmentForm({ part, known, change }: Shape<Extract<Part, { kind: 'segment' }>>) {
  const { t } = useTranslation()
  return (
    <Flex gap={8} wrap>
      <Segmented
        aria-label={t('rule.membership')}
        value={part.isIn ? 'in' : 'out'}
        options={[
          { value: 'in', label: t('rule.isIn') },
          { value: 'out', label: t('rule.isOut') },
        ]}
        onChange={(value) => change({ ...part, isIn: value === 'in' })}
      />
      <Select
        aria-label={t('rule.segment')}
        placeholder={t('rule.segment')}
        showSearch={{ filterOption: isMeant }}
        value={part.segment || undefined}
        onChange={(segment) => change({ ...part, segment })}
        options={known.segments.map((each) => ({ value: each.name, label: each.label || each.name }))}
        style={{ minWidth: 220, flex: 1 }}
      />
    </Flex>
  )
}
