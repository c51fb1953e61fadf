import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Col, Flex, Row, Skeleton, Typography, theme } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from './Fault'
import { instant } from './numbers'
import { differing } from './differing'

interface Shape {
  kind: 'campaign' | 'template' | 'segment' | 'trait' | 'journey'
  mine: Record<string, unknown>
  keepMine: (version: number) => void
  takeTheirs: (body: Record<string, unknown>, version: number) => void
}

/** Two people changed one definition: the second sees both and chooses. */
export function Overtaken({ kind, mine, keepMine, takeTheirs }: Shape) {
  const { t } = useTranslation()
  const { token } = theme.useToken()
  const name = String(mine.name)
  const found = useQuery({
    queryKey: ['theirs', kind, name],
    gcTime: 0,
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}/{name}', { params: { path: { kind, name } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const { body, version, author, created_at: at } = found.data
  const fields = differing(mine, body)
  const shown = (value: unknown) => (typeof value === 'string' ? value : value === undefined ? '–' : JSON.stringify(value, null, 2))
  const column = (title: string, of: Record<string, unknown>) => (
    <Col xs={24} md={12}>
      <Typography.Text strong>{title}</Typography.Text>
      {fields.map((field) => (
        <div key={field}>
          <Typography.Text type="secondary">{field}</Typography.Text>
          <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: 0, padding: 8, background: token.colorFillQuaternary }}>
            {shown(of[field])}
          </pre>
        </div>
      ))}
    </Col>
  )
  return (
    <Alert
      type="warning"
      showIcon
      title={t('overtaken.said', { name, who: text(author), at: instant(at) })}
      description={
        <Flex vertical gap={12}>
          <Row gutter={[16, 16]}>
            {column(t('overtaken.theirs'), body)}
            {column(t('overtaken.mine'), mine)}
          </Row>
          <Flex gap={8} wrap>
            <Button onClick={() => takeTheirs(body, version)}>{t('overtaken.takeTheirs')}</Button>
            <Button onClick={() => keepMine(version)}>{t('overtaken.keepMine')}</Button>
          </Flex>
        </Flex>
      }
    />
  )
}
