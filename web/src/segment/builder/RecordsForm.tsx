import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Flex, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { FieldForm, ShapeForm, type Around, type FieldProps } from './FieldForm'
import { isRule, shapeOf, type Schema } from './grammar'
import { useKnown, useNames, usePropertyValues } from './known'
import { comparisonsOf, kindOf, type Rule } from './rule'

/** Several of the same make, such as the conditions on one event. */
export function RecordsForm({ label, value, change, around, schema }: FieldProps & { schema: Schema }) {
  const { t } = useTranslation()
  const rows = isRule(value) ? spelled(value) : Array.isArray(value) ? (value as Rule[]) : [{}]
  const isFilter = ['property', 'op', 'value'].every((key) => key in (schema.properties ?? {}))
  return (
    <Flex vertical gap={6} role="group" aria-label={label} style={{ flex: '1 1 300px' }}>
      {rows.map((row, place) => {
        const shape = { row, around, change: (changed: Rule) => change(rows.with(place, changed)) }
        return (
          <Flex key={place} gap={6} align="center" wrap>
            {isFilter ? <FilterForm {...shape} schema={schema} /> : <RecordForm {...shape} schema={schema} />}
            {rows.length > 1 && (
              <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('rule.removeFilter')} onClick={() => change(rows.toSpliced(place, 1))} />
            )}
          </Flex>
        )
      })}
      <Button type="text" size="small" icon={<PlusOutlined />} onClick={() => change([...rows, {}])} style={{ alignSelf: 'flex-start' }}>
        {t('rule.addFilter')}
      </Button>
    </Flex>
  )
}

interface RowProps {
  row: Rule
  around: Around
  schema: Schema
  change: (row: Rule) => void
}

/** A property of the event compared with values that it has in the data. */
function FilterForm({ row, around, schema, change }: RowProps) {
  const { t } = useTranslation()
  const { grammar } = useKnown()
  const { property, op, value } = schema.properties!
  const name = typeof row.property === 'string' ? row.property : ''
  const held = useNames('property', around.event).find((each) => each.value === name)
  const options = usePropertyValues(held ? around.event : '', name)
  const kind = held?.type ? kindOf(held.type) : 'any'
  const chosen = typeof row.op === 'string' ? row.op : '='
  const compared = grammar.operators.get(chosen)
  const shape = compared ? shapeOf(compared.fields[chosen]!, grammar) : shapeOf(value!, grammar)
  const isNumber = kind === 'number'
  return (
    <>
      <FieldForm schema={property!} label={property!.title ?? ''} value={row.property} change={(to) => change({ ...row, property: to })} around={around} />
      <Select
        aria-label={t('rule.comparison')}
        value={chosen}
        onChange={(to) => change({ ...row, op: to, value: to === 'is_set' ? true : null })}
        options={comparisonsOf(kind, op?.enum ?? []).map((each) => ({ value: each, label: t(`rule.op.${each}`, { defaultValue: each }) }))}
        style={{ minWidth: 110 }}
      />
      <ShapeForm
        shape={shape}
        label={t('rule.value')}
        value={row.value}
        change={(to) => change({ ...row, value: to })}
        around={{ event: around.event, kind, options: isNumber ? [] : options }}
      />
    </>
  )
}

function RecordForm({ row, around, schema, change }: RowProps) {
  return Object.entries(schema.properties ?? {}).map(([key, field]) => (
    <FieldForm key={key} schema={field} label={field.title ?? key} value={row[key]} change={(to) => change({ ...row, [key]: to })} around={around} />
  ))
}

/** `{category: [Books], revenue: {">=": 10}}` as one filter after another. */
export function spelled(short: Rule): Rule[] {
  return Object.entries(short).flatMap(([property, wanted]): Rule[] => {
    if (!isRule(wanted)) return [{ property, op: Array.isArray(wanted) ? 'in' : '=', value: wanted }]
    const { ignore_case, ...compared } = wanted
    return Object.entries(compared).map(([op, value]) => ({ property, op, value, ...(ignore_case === undefined ? {} : { ignore_case }) }))
  })
}
