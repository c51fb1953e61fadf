import { Link } from '@tanstack/react-router'
import { Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { State } from '../app/State'
import { Table } from '../app/Table'
import { shown } from '../app/numbers'
import { calledOf } from './names'
import { useTraitLabel } from './traits'

export type Row = Record<string, unknown> & { profile_id: number; key: string | null }

const FIRST = ['city', 'country', 'orders', 'revenue', 'recency_days', 'average_order_value']

const keyOf = (row: Row) => row.key ?? String(row.email ?? row.profile_id)

/** People, each a link to their page, with the traits that tell most. */
export function PeopleTable({ rows }: { rows: Row[] }) {
  const { t } = useTranslation()
  const label = useTraitLabel()
  const traits = FIRST.filter((name) => rows.some((row) => row[name] !== undefined && row[name] !== null))
  return (
    <Table<Row>
      rowKey="profile_id"
      dataSource={rows}
      size="middle"
      columns={[
        {
          title: t('people.who'),
          render: (_, row) => (
            <>
              <Link to="/people/$number" params={{ number: String(row.profile_id) }}>
                {calledOf(row) || keyOf(row)}
              </Link>
              {calledOf(row) && (
                <div>
                  <Typography.Text type="secondary">{keyOf(row)}</Typography.Text>
                </div>
              )}
            </>
          ),
        },
        { title: t('session.email'), dataIndex: 'email', render: shown },
        {
          title: t('people.consent'),
          dataIndex: 'consent_email',
          render: (state: string | null) =>
            state ? (
              <State is={state === 'granted' ? 'good' : 'plain'}>{t(`consent.${state}`, { defaultValue: state })}</State>
            ) : (
              '–'
            ),
        },
        ...traits.map((name) => ({
          title: label(name),
          dataIndex: name,
          align: typeof rows[0]?.[name] === 'number' ? ('right' as const) : ('left' as const),
          render: shown,
        })),
      ]}
    />
  )
}
