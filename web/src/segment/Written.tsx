import { useQuery } from '@tanstack/react-query'
import { Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'

/** The segment as data people take it: its definition, and the SQL that decides who is in it. */
export function Written({ name }: { name: string }) {
  const { t } = useTranslation()
  const sql = useQuery({
    queryKey: ['sql', name],
    queryFn: () => answer(client.GET('/api/v1/segments/{name}/sql', { params: { path: { name } } })),
  })
  const definition = useQuery({
    queryKey: ['definition', 'segment', name, 'written'],
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}/{name}', { params: { path: { kind: 'segment', name } } })),
  })
  return (
    <>
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        {t('segments.definition')}
      </Typography.Title>
      {definition.isPending && <Skeleton active />}
      {definition.isError && <Fault fault={definition.error} />}
      {definition.data && <Code said={JSON.stringify(definition.data.body, null, 2)} />}
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        {t('segments.sql')}
      </Typography.Title>
      {sql.isPending && <Skeleton active />}
      {sql.isError && <Fault fault={sql.error} />}
      {sql.data && <Code said={text(sql.data.sql)} />}
    </>
  )
}

function Code({ said }: { said: string }) {
  return (
    <Typography.Paragraph copyable={{ text: said }}>
      <pre style={{ margin: 0, overflow: 'auto', maxHeight: 480 }} tabIndex={0}>
        {said}
      </pre>
    </Typography.Paragraph>
  )
}
