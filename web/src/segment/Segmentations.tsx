import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card, Col, Empty, Row, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { day, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { RefreshNow } from '../workspace/RefreshNow'
import { Discover } from './Discover'
import { useDivision } from './divisions'

/** Every way in which the base is divided. */
export function Segmentations() {
  const { t } = useTranslation()
  const { called, about } = useDivision()
  const found = useQuery({ queryKey: ['segmentations'], queryFn: () => answer(client.GET('/api/v1/segmentations')) })
  return (
    <Page
      title={t('rooms.segmentations')}
      actions={
        <>
          <CopyAs command="coterie segmentations list" call="GET /api/v1/segmentations" />
          <Discover />
        </>
      }
    >
      <Typography.Paragraph type="secondary">{t('segmentations.about')}</Typography.Paragraph>
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !found.data.items.length && (
        <Empty description={t('segmentations.empty')}>
          <RefreshNow />
        </Empty>
      )}
      <Row gutter={[16, 16]}>
        {found.data?.items.map((each) => {
          const name = text(each.segmentation)
          return (
            <Col xs={24} md={12} key={name}>
              <Card
                title={
                  <h2 style={{ fontSize: 16, margin: 0 }}>
                    <Link to="/segmentations/$name" params={{ name }}>
                      {called(name)}
                    </Link>
                  </h2>
                }
              >
                <Typography.Paragraph>{about(name)}</Typography.Paragraph>
                <Typography.Text type="secondary">
                  {t('segmentations.size', { parts: whole(each.segments), people: whole(each.profiles), at: day(each.as_of) })}
                </Typography.Text>
              </Card>
            </Col>
          )
        })}
      </Row>
    </Page>
  )
}
