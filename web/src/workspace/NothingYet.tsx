import { useQuery } from '@tanstack/react-query'
import { Link, Navigate } from '@tanstack/react-router'
import { Button, Card, Col, Row, Typography } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Page } from '../app/Page'
import { Said } from '../app/Said'
import { useMay } from '../protect/session'

/** A workspace without data: what belongs here, and the two ways on; its owner names the business first. */
export function NothingYet({ business }: { business: string }) {
  const { t } = useTranslation()
  const isOwner = useMay('admin')
  const mayLoad = useMay('manage')
  const beginning = useQuery({
    queryKey: ['beginning'],
    enabled: isOwner,
    queryFn: () => answer(client.GET('/api/v1/beginning')),
  })
  if (beginning.data && !beginning.data.is_over) return <Navigate to="/welcome" replace />
  return (
    <Page title={business}>
      <Typography.Paragraph style={{ maxWidth: 640 }}>{t('home.empty')}</Typography.Paragraph>
      <Row gutter={[16, 16]}>
        <Col xs={24} md={12}>
          <Way title={t('home.bring')} about={mayLoad ? t('home.bringHow') : t('home.bringWho')}>
            {mayLoad && (
              <Link to="/data">
                <Button type="primary">{t('home.bring')}</Button>
              </Link>
            )}
          </Way>
        </Col>
        <Col xs={24} md={12}>
          <Way title={t('home.example')} about={t('home.exampleWhy')}>
            <Said words={t('home.exampleHow')} />
          </Way>
        </Col>
      </Row>
    </Page>
  )
}

function Way({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <Card title={<h2 style={{ fontSize: 16, margin: 0 }}>{title}</h2>} style={{ height: '100%' }}>
      <Typography.Paragraph>{about}</Typography.Paragraph>
      {children}
    </Card>
  )
}
