import { Flex, Form, Input, InputNumber, Select, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { text } from '../api/client'
import { Fault } from '../app/Fault'
import { Said } from '../app/Said'
import { SettingsForm } from '../workspace/SettingsForm'
import { useSettings } from '../workspace/settings'

const LETTERHEAD = ['sender', 'postal_address', 'public_url'] as const
const SECURITY = ['starttls', 'tls', 'none'] as const

/** Who writes, as everybody who gets a message reads it, and the server by which e-mail leaves; nothing is sent before. */
export function WhoWrites() {
  const { t } = useTranslation()
  const kept = useSettings()
  if (kept.isPending) return <Skeleton active />
  if (kept.isError) return <Fault fault={kept.error} again={() => void kept.refetch()} />
  const labels = Object.fromEntries(LETTERHEAD.map((name) => [name, t(`whoWrites.${name}`)]))
  const wanting = new Set(kept.data.unsigned.map(text))
  return (
    <SettingsForm kept={kept.data} names={[...LETTERHEAD, 'smtp']} labels={labels}>
      {LETTERHEAD.map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={labels[name]}
          extra={wanting.has(name) ? `${t(`whoWrites.for.${name}`)} ${t('whoWrites.wanting')}` : t(`whoWrites.for.${name}`)}
          validateStatus={wanting.has(name) ? 'warning' : undefined}
        >
          <Input maxLength={300} />
        </Form.Item>
      ))}
      <Flex gap={16} wrap>
        <Form.Item name={['smtp', 'host']} label={t('whoWrites.host')} style={{ flex: '1 1 220px' }}>
          <Input maxLength={255} />
        </Form.Item>
        <Form.Item name={['smtp', 'port']} label={t('whoWrites.port')}>
          <InputNumber min={1} max={65535} precision={0} />
        </Form.Item>
        <Form.Item name={['smtp', 'security']} label={t('whoWrites.security')}>
          <Select options={SECURITY.map((value) => ({ value, label: t(`whoWrites.securities.${value}`) }))} style={{ minWidth: 160 }} />
        </Form.Item>
      </Flex>
      <Form.Item
        name={['smtp', 'user']}
        label={t('whoWrites.user')}
        extra={<Said words={t('whoWrites.password')} />}
        normalize={(typed: string) => typed || null}
      >
        <Input maxLength={255} autoComplete="off" />
      </Form.Item>
    </SettingsForm>
  )
}
