import { useQuery } from '@tanstack/react-query'
import { Card, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { lookOf, State } from '../app/State'

/** Whether a division is worth using, criterion by criterion. */
export function Quality({ name }: { name: string }) {
  const { t, i18n } = useTranslation()
  const found = useQuery({
    queryKey: ['criteria', name, i18n.language],
    queryFn: () => answer(client.GET('/api/v1/segmentations/{name}/quality', { params: { path: { name } } })),
  })
  return (
    <Card size="small" title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('criteria.title')}</h2>}>
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      <Flex vertical component="ul" gap={10} style={{ listStyle: 'none', padding: 0, margin: 0 }}>
        {found.data?.items.map((each) => (
          <li key={text(each.criterion)}>
            <State is={lookOf(text(each.verdict))}>{t(`criteria.${text(each.verdict)}`)}</State>
            <Typography.Text strong>{text(each.name)}</Typography.Text>
            <div>{text(each.finding)}</div>
          </li>
        ))}
      </Flex>
    </Card>
  )
}
