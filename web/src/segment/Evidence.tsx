import { useQuery } from '@tanstack/react-query'
import { Alert, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { Lines } from '../app/Lines'
import { decimal } from '../app/numbers'

/** Why there are so many groups: what speaks for each number that was tried, and how groups in nothing would look. */
export function Evidence({ name }: { name: string }) {
  const { t, i18n } = useTranslation()
  const found = useQuery({
    queryKey: ['evidence', name, i18n.language],
    queryFn: () => answer(client.GET('/api/v1/segmentations/{name}/evidence', { params: { path: { name } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const { evidence, is_clear, finding, notes, preparation } = found.data
  const points = (of: 'silhouette' | 'groupless' | 'least_stability') => evidence.map((each) => ({ x: each.k, y: each[of] }))
  const number = { align: 'right' as const, render: decimal }
  return (
    <>
      <Alert
        type={is_clear ? 'success' : 'warning'}
        showIcon
        title={finding.map(text).join(' ')}
        description={notes.map((each) => (
          <div key={text(each)}>{text(each)}</div>
        ))}
        style={{ marginBottom: 16 }}
      />
      <Figure
        title={t('evidence.title')}
        words={[t('evidence.how')]}
        rows={evidence}
        columns={[
          { title: t('evidence.k'), dataIndex: 'k', align: 'right' },
          { title: t('evidence.silhouette'), dataIndex: 'silhouette', ...number },
          { title: t('evidence.groupless'), dataIndex: 'groupless', ...number },
          { title: t('evidence.stability'), dataIndex: 'least_stability', ...number },
          { title: 'Calinski-Harabasz', dataIndex: 'calinski_harabasz', ...number },
          { title: 'Davies-Bouldin', dataIndex: 'davies_bouldin', ...number },
        ]}
      >
        <Lines
          label={t('evidence.title')}
          series={[
            { name: t('evidence.silhouette'), points: points('silhouette') },
            { name: t('evidence.groupless'), points: points('groupless') },
            { name: t('evidence.stability'), points: points('least_stability') },
          ]}
          x={String}
          y={decimal}
          xTitle={t('evidence.k')}
        />
      </Figure>
      {preparation.length > 0 && (
        <details style={{ marginBottom: 16 }}>
          <summary style={{ cursor: 'pointer' }}>{t('evidence.preparation')}</summary>
          <ul>
            {preparation.map((each) => (
              <li key={text(each)}>
                <Typography.Text>{text(each)}</Typography.Text>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}
