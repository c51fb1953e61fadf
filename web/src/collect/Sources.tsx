import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { Table } from '../app/Table'
import { instant, whole } from '../app/numbers'
import { kindName } from './proposing'

/** Where the data come from: each source and kind of file with what was taken and refused, and when last. */
export function Sources({ sources }: { sources: Schemas['Status']['sources'] }) {
  const { t } = useTranslation()
  return (
    <Table
      rowKey={(row) => `${text(row.source)}/${text(row.kind)}`}
      dataSource={sources}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      locale={{ emptyText: t('data.none') }}
      columns={[
        { title: t('data.source'), dataIndex: 'source' },
        { title: t('data.kind'), dataIndex: 'kind', render: kindName },
        { title: t('data.loads'), dataIndex: 'loads', align: 'right', render: whole },
        { title: t('data.accepted'), dataIndex: 'accepted', align: 'right', render: whole },
        { title: t('data.refused'), dataIndex: 'refused', align: 'right', render: whole },
        { title: t('data.loadedAt'), dataIndex: 'loaded_at', render: instant },
      ]}
    />
  )
}
