import { Card } from 'antd'
import { useTranslation } from 'react-i18next'
import { text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Table } from '../app/Table'
import { decimal, share, shown } from '../app/numbers'
import { useRegister } from './names'

/** The channels that there are: what they cost and what they can do. */
export function Register() {
  const { t } = useTranslation()
  const found = useRegister()
  return (
    <Card
      size="small"
      title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('channels.register')}</h2>}
      extra={<CopyAs command="coterie channels list" call="GET /api/v1/channels" />}
    >
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      <Table
        rowKey={(row) => text(row.channel)}
        loading={found.isPending}
        dataSource={found.data?.items ?? []}
        size="small"
        scroll={{ x: 'max-content' }}
        columns={[
          { title: t('channels.channel'), render: (_, row) => text(row.label) },
          { title: t('channels.kind'), render: (_, row) => t(`channels.kinds.${text(row.kind)}`, { defaultValue: text(row.kind) }) },
          { title: t('channels.cost'), align: 'right', render: (_, row) => (row.cost ? `${row.cost_model === 'percent_of_sales' ? share(row.cost) : decimal(row.cost)} ${t(`channels.costs.${text(row.cost_model)}`)}` : '–') },
          { title: t('channels.contacts'), dataIndex: 'contacts', render: shown },
          { title: t('channels.sells'), dataIndex: 'sells', render: shown },
          { title: t('channels.reach'), dataIndex: 'reach', align: 'right', render: share },
          { title: t('channels.measurability'), dataIndex: 'measurability', align: 'right', render: share },
        ]}
      />
    </Card>
  )
}
