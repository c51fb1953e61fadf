import { useQuery } from '@tanstack/react-query'
import { Card, Empty, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { instant } from '../app/numbers'
import { State, type Look } from '../app/State'
import { Table } from '../app/Table'
import { useChannelName, usePurposeName } from './names'

const LOOKS: Record<string, Look> = { granted: 'good', denied: 'bad', withdrawn: 'bad', unconfirmed: 'doubtful' }

const wide = () => ({ style: { minWidth: 220 } })
const whole = () => ({ style: { whiteSpace: 'nowrap' as const } })

/** What somebody said about being written to, each with its proof, and what it comes to on every channel now. */
export function Consents({ number }: { number: number }) {
  const { t, i18n } = useTranslation()
  const channel = useChannelName()
  const purpose = usePurposeName()
  const found = useQuery({
    queryKey: ['consents', number, i18n.language],
    queryFn: () => answer(client.GET('/api/v1/profiles/{number}/consents', { params: { path: { number } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const { channels, statements, blocks } = found.data
  return (
    <Flex vertical gap={16}>
      <Card title={t('person.mayWrite')} size="small">
        <Table
          rowKey={(row) => `${text(row.channel)} ${text(row.purpose)}`}
          size="small"
          dataSource={channels}
          columns={[
            { title: t('person.channel'), dataIndex: 'channel', render: (name) => channel(text(name)) },
            { title: t('person.purpose'), dataIndex: 'purpose', render: (name) => purpose(text(name)) },
            { title: t('person.address'), dataIndex: 'address', render: (value) => text(value) || '–' },
            {
              title: t('person.now'),
              dataIndex: 'may',
              render: (may: boolean) => <State is={may ? 'good' : 'bad'}>{t(may ? 'person.may' : 'person.mayNot')}</State>,
            },
            { title: t('person.because'), dataIndex: 'why', onCell: wide, render: text },
          ]}
        />
      </Card>
      <Card title={t('person.said')} size="small">
        {statements.length ? (
          <Table
            rowKey="consent_id"
            size="small"
            dataSource={statements}
            pagination={statements.length > 30 ? { pageSize: 30, showSizeChanger: false } : false}
            columns={[
              {
                title: t('person.when'),
                dataIndex: 'occurred_at',
                onCell: whole,
                // A yes without a date is older than any other answer: the core keeps it as of the first instant there is.
                render: (at: string) => (at.startsWith('1970-01-01T00:00:00') ? t('person.undated') : instant(at)),
              },
              {
                title: t('person.statement'),
                dataIndex: 'state',
                render: (state) => (
                  <State is={LOOKS[text(state)] ?? 'plain'}>{t(`person.states.${text(state)}`, { defaultValue: text(state) })}</State>
                ),
              },
              { title: t('person.channel'), dataIndex: 'channel', render: (name) => channel(text(name)) },
              { title: t('person.purpose'), dataIndex: 'purpose', render: (name) => purpose(text(name)) },
              { title: t('person.about'), dataIndex: 'identity', render: text },
              {
                title: t('person.proof'),
                key: 'proof',
                onCell: wide,
                render: (_, row) => (
                  <>
                    {t('person.from', { source: text(row.source), file: text(row.file) || '–' })}
                    <div>
                      <Typography.Text type="secondary">
                        {t('person.kept', { row: row.consent_id, at: instant(row.recorded_at), by: text(row.actor) })}
                      </Typography.Text>
                    </div>
                    {row.text_hash && (
                      <Typography.Text type="secondary" copyable={{ text: text(row.text_hash) }}>
                        {t('person.hash', { start: text(row.text_hash).slice(0, 12) })}
                      </Typography.Text>
                    )}
                  </>
                ),
              },
            ]}
          />
        ) : (
          <Empty description={t('person.saidNothing')} />
        )}
      </Card>
      {blocks.length > 0 && (
        <Card title={t('person.blocks')} size="small">
          <Table
            rowKey={(row) => `${text(row.channel)} ${row.occurred_at}`}
            size="small"
            dataSource={blocks}
            columns={[
              { title: t('person.when'), dataIndex: 'occurred_at', onCell: whole, render: instant },
              { title: t('person.channel'), dataIndex: 'channel', render: (name) => channel(text(name)) },
              {
                title: t('person.now'),
                dataIndex: 'is_lifted',
                render: (is: boolean) => <State is={is ? 'good' : 'bad'}>{t(is ? 'person.lifted' : 'person.blocked')}</State>,
              },
              { title: t('person.because'), dataIndex: 'reason', render: (why) => t(`person.blockedFor.${text(why)}`, { defaultValue: text(why) }) },
              { title: t('person.source'), key: 'source', render: (_, row) => `${text(row.source)} · ${text(row.actor)}` },
            ]}
          />
        </Card>
      )}
    </Flex>
  )
}
