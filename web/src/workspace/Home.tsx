import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Card, Col, Empty, Flex, Row, Skeleton, Statistic, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { instant, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { Sources } from '../collect/Sources'
import { RefreshNow } from './RefreshNow'

/** How it stands: how much there is, how fresh, what needs attention and what to do next. */
export function Home() {
  const { t, i18n } = useTranslation()
  const status = useQuery({ queryKey: ['status'], queryFn: () => answer(client.GET('/api/v1/status')) })
  const checks = useQuery({ queryKey: ['doctor', i18n.language], queryFn: () => answer(client.GET('/api/v1/doctor')) })
  if (status.isPending) return <Skeleton active />
  if (status.isError) return <PageFault fault={status.error} again={() => void status.refetch()} />
  const found = status.data
  const rows = found.rows as Record<string, number>
  const bad = checks.data?.items.filter((each) => each.state !== 'good') ?? []
  if (!rows.identifiers)
    return (
      <Page title={text(found.workspace)}>
        <Empty description={t('home.empty')}>
          <Link to="/data">{t('home.bring')}</Link>
        </Empty>
      </Page>
    )
  return (
    <Page
      title={text(found.workspace)}
      actions={
        <>
          <CopyAs command="coterie status" call="GET /api/v1/status" />
          <RefreshNow />
        </>
      }
    >
      <Row gutter={[16, 16]}>
        {(['profiles', 'orders', 'events'] as const).map((name) => (
          <Col xs={12} md={6} key={name}>
            <Card>
              <Statistic title={t(`home.${name}`)} value={rows[name]} formatter={(value) => whole(Number(value))} />
            </Card>
          </Col>
        ))}
        <Col xs={12} md={6}>
          <Card>
            <Statistic title={t('home.segments')} value={found.definitions.segment ?? 0} />
          </Card>
        </Col>
      </Row>
      <Typography.Paragraph type="secondary" style={{ marginTop: 12 }}>
        {found.as_of ? t('home.asOf', { at: instant(found.as_of) }) : t('home.never')}{' '}
        {found.newest_fact_at && t('home.newest', { at: instant(found.newest_fact_at) })}
      </Typography.Paragraph>
      <Flex vertical gap={8}>
        {found.in_quarantine > 0 && (
          <Alert
            type="warning"
            showIcon
            title={t('home.quarantine', { count: found.in_quarantine, n: whole(found.in_quarantine) })}
            action={<Link to="/data">{t('home.look')}</Link>}
          />
        )}
        {found.sending_held && <Alert type="warning" showIcon title={t('home.held', { why: found.sending_held })} />}
        {bad.map((each) => (
          <Alert
            key={text(each.check) + text(each.finding)}
            type={each.state === 'bad' ? 'error' : 'info'}
            showIcon
            title={text(each.finding)}
          />
        ))}
        {checks.isSuccess && !bad.length && <Alert type="success" showIcon title={t('home.well')} />}
      </Flex>
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        {t('home.sources')}
      </Typography.Title>
      <Sources sources={found.sources} />
    </Page>
  )
}
