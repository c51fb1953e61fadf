import { Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { Table } from '../app/Table'
import { whole } from '../app/numbers'
import { Turns } from './Live'
import type { Shown } from './queries'

/** The steps of a journey as a list: what the drawing shows, for whoever goes by keyboard or has it read aloud. */
export function StepTable({ shown }: { shown: Shown }) {
  const { t } = useTranslation()
  const called = (way: string) => (/^\d+$/.test(way) ? t('journeys.way', { n: way }) : t(`journeys.turn.${way}`, { defaultValue: way }))
  return (
    <Table<Schemas['JourneyStep']>
      rowKey={(row) => text(row.step)}
      dataSource={shown.steps}
      columns={[
        {
          title: t('journeys.step'),
          render: (_, row) => (
            <div style={{ paddingInlineStart: 20 * row.depth }}>
              {text(row.way) && <Typography.Text type="secondary">{called(text(row.way))}: </Typography.Text>}
              {text(row.words)} <Typography.Text code>{text(row.step)}</Typography.Text>
            </div>
          ),
        },
        { title: t('journeys.waiting'), dataIndex: 'waiting', align: 'right', render: whole },
        { title: t('journeys.gone'), dataIndex: 'passed', align: 'right', render: whole },
        { title: t('journeys.turns'), width: '34%', render: (_, row) => <Turns of={row} called={called} /> },
      ]}
    />
  )
}
