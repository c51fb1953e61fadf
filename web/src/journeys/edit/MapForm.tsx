import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Flex, Input, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Body } from '../steps'

interface Shape {
  label: string
  value: unknown
  change: (value: Body) => void
  rename: (from: string, to: string) => void
  isNumber: boolean
}

/** Names with a value each, such as ways with their weights. */
export function MapForm({ label, value, change, rename, isNumber }: Shape) {
  const { t } = useTranslation()
  const held = (value ?? {}) as Body
  const rows = Object.entries(held)
  const fresh = () => {
    let name = ''
    for (let number = 0; !name || name in held; number++) name = String.fromCharCode(97 + (number % 26)).repeat(1 + Math.floor(number / 26))
    return name
  }
  return (
    <Flex vertical gap={6} role="group" aria-label={label}>
      {rows.map(([key, each], place) => (
        <Flex key={place} gap={6} align="center">
          <Input
            aria-label={t('journeys.edit.name')}
            value={key}
            onChange={(event) => event.target.value in held || rename(key, event.target.value)}
            style={{ flex: '1 1 120px', minWidth: 80 }}
          />
          {isNumber ? (
            <InputNumber aria-label={t('journeys.edit.weight', { name: key })} min={0} value={each as number} onChange={(to) => change({ ...held, [key]: to })} style={{ width: 90 }} />
          ) : (
            <Input aria-label={t('journeys.edit.valueOf', { name: key })} value={String(each ?? '')} onChange={(event) => change({ ...held, [key]: event.target.value })} />
          )}
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('journeys.edit.dropNamed', { name: key })}
            onClick={() => change(Object.fromEntries(rows.filter(([name]) => name !== key)))}
          />
        </Flex>
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => change({ ...held, [fresh()]: isNumber ? 50 : '' })} style={{ alignSelf: 'flex-start' }}>
        {t('journeys.edit.add')}
      </Button>
    </Flex>
  )
}
