import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Card, Empty, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { decimal } from '../app/numbers'
import { Page } from '../app/Page'
import { Table } from '../app/Table'
import { Fit } from './Fit'
import { Holdout } from './Holdout'

/** One model: what it expects, how it did on weeks that it had not seen, what its parameters mean. */
export function ModelPage() {
  const { t, i18n } = useTranslation()
  const name = String(useParams({ strict: false }).name)
  const params = { path: { name } }
  const model = useQuery({ queryKey: ['model', name], retry: false, queryFn: () => answer(client.GET('/api/v1/models/{name}', { params })) })
  const told = useQuery({
    queryKey: ['explained', name, i18n.language],
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/models/{name}/explanation', { params })),
  })
  const title = t(`models.names.${name}`, { defaultValue: name })
  const fault = model.error ?? told.error
  if (fault instanceof Problem && fault.status === 409)
    return (
      <Page title={title}>
        <Empty description={t('models.unfitted')} />
        <Fit model={name} />
      </Page>
    )
  if (fault) return <Fault fault={fault} again={() => void Promise.all([model.refetch(), told.refetch()])} />
  if (!model.data || !told.data) return <Skeleton active />
  const said = told.data
  return (
    <Page title={title} actions={<CopyAs command={`coterie predict show ${name}`} call={`GET /api/v1/models/${name}/explanation`} />}>
      <Card size="small" style={{ marginBottom: 16 }}>
        {said.finding.map((each) => (
          <Typography.Paragraph key={text(each)} style={{ marginBottom: 4 }}>
            {text(each)}
          </Typography.Paragraph>
        ))}
      </Card>
      {said.remarks.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('models.remarks')}
          description={
            <ul style={{ margin: 0, paddingInlineStart: 18 }}>
              {said.remarks.map((each) => (
                <li key={text(each)}>{text(each)}</li>
              ))}
            </ul>
          }
          style={{ marginBottom: 16 }}
        />
      )}
      <Holdout model={model.data} told={said} />
      <Card size="small" title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('models.parameters')}</h2>} style={{ marginBottom: 16 }}>
        <Table
          size="small"
          rowKey={(row) => text(row.parameter)}
          dataSource={said.parameters}
          scroll={{ x: 'max-content' }}
          columns={[
            { title: t('models.parameter'), dataIndex: 'parameter', render: (each: string) => <code>{each}</code> },
            { title: t('person.value'), dataIndex: 'value', align: 'right', render: decimal },
            { title: t('models.error'), dataIndex: 'standard_error', align: 'right', render: (n: number | null) => (n === null ? '–' : decimal(n)) },
            { title: t('models.meaning'), render: (_, row) => <div style={{ maxWidth: 480, whiteSpace: 'normal' }}>{text(row.meaning)}</div> },
          ]}
        />
        {said.likelihood.map((each) => (
          <Typography.Paragraph key={text(each)} type="secondary" style={{ margin: '8px 0 0' }}>
            {text(each)}
          </Typography.Paragraph>
        ))}
      </Card>
      <Card size="small" title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('models.again')}</h2>}>
        <Fit model={name} />
      </Card>
    </Page>
  )
}
