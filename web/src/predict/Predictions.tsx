import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card, Empty, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { day, instant, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { Table } from '../app/Table'
import { Fit } from './Fit'

const MODELS = ['lifetime-value'] as const

/** The models that give people numbers, and every fit that was kept. */
export function Predictions() {
  const { t } = useTranslation()
  const found = useQuery({ queryKey: ['models'], queryFn: () => answer(client.GET('/api/v1/models')) })
  const fits = [...(found.data?.items ?? [])].filter((each) => each.kind === 'model').reverse()
  const newest = (name: string) => fits.find((each) => each.name === name)
  return (
    <Page title={t('rooms.predictions')} actions={<CopyAs command="coterie predict list" call="GET /api/v1/models" />}>
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess &&
        MODELS.map((name) => {
          const fit = newest(name)
          return (
            <Card
              key={name}
              style={{ marginBottom: 16 }}
              title={
                <h2 style={{ fontSize: 16, margin: 0 }}>
                  {fit ? (
                    <Link to="/predictions/$name" params={{ name }}>
                      {t(`models.names.${name}`)}
                    </Link>
                  ) : (
                    t(`models.names.${name}`)
                  )}
                </h2>
              }
            >
              <Typography.Paragraph>{t(`models.abouts.${name}`)}</Typography.Paragraph>
              {fit ? (
                <Typography.Paragraph type="secondary">
                  {t('models.newest', { at: instant(fit.fitted_at), people: whole(fit.profiles), asOf: day(fit.as_of) })}
                </Typography.Paragraph>
              ) : (
                <Empty description={t('models.unfitted')} />
              )}
              <Fit model={name} />
            </Card>
          )
        })}
      {fits.length > 0 && (
        <>
          <Typography.Title level={2} style={{ fontSize: 18 }}>
            {t('models.history')}
          </Typography.Title>
          <Table
            rowKey={(row) => `${text(row.name)}/${row.number}`}
            dataSource={fits}
            size="middle"
            pagination={{ pageSize: 20, hideOnSinglePage: true }}
            scroll={{ x: 'max-content' }}
            columns={[
              { title: t('models.model'), render: (_, row) => t(`models.names.${text(row.name)}`, { defaultValue: text(row.name) }) },
              { title: t('models.number'), dataIndex: 'number', align: 'right' },
              { title: t('models.fitted'), dataIndex: 'fitted_at', render: instant },
              { title: t('segments.asOf'), dataIndex: 'as_of', render: day },
              { title: t('home.profiles'), dataIndex: 'profiles', align: 'right', render: whole },
              { title: t('audit.who'), dataIndex: 'author' },
            ]}
          />
        </>
      )}
    </Page>
  )
}
