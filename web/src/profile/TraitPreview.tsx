import { LoadingOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card, Flex, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Bars } from '../app/Bars'
import { Fault } from '../app/Fault'
import { decimal, instant, share, whole } from '../app/numbers'
import { Part } from '../app/Part'
import { useQuiet } from '../app/quiet'
import { Table } from '../app/Table'
import type { TraitDraft } from './traitDraft'
import { barsOf } from './traits'

const EXAMPLES = 5

/** What a trait would hold, following what is written: its rule as a sentence, how its values are spread, and some people. */
export function TraitPreview({ definition }: { definition: TraitDraft | null }) {
  const { t, i18n } = useTranslation()
  const written = definition && JSON.stringify(definition)
  const asked = useQuiet(written)
  const found = useQuery({
    queryKey: ['trait preview', asked, i18n.language],
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) =>
      answer(
        client.POST('/api/v1/traits/preview', {
          body: { definition: JSON.parse(asked ?? '{}') as TraitDraft, examples: EXAMPLES },
          signal,
        }),
      ),
  })
  const isBehind = asked !== written || found.isFetching
  return (
    <Card
      title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('traits.preview')}</h2>}
      extra={isBehind && written ? <LoadingOutlined aria-hidden /> : null}
      aria-busy={isBehind}
      style={{ position: 'sticky', top: 8 }}
    >
      {!written && <Typography.Text type="secondary">{t('traits.fill')}</Typography.Text>}
      {written && found.error && <Fault fault={found.error} />}
      {written && found.data && !found.error && <Tried found={found.data} />}
    </Card>
  )
}

function Tried({ found }: { found: Schemas['TraitTried'] }) {
  const { t } = useTranslation()
  const shown = (value: unknown): string => {
    if (typeof value === 'number') return decimal(value)
    if (Array.isArray(value)) return value.map(shown).join(', ')
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
    return text(found.type) === 'instant' ? instant(String(value)) : String(value)
  }
  return (
    <Flex vertical gap={12}>
      <Typography.Text strong>{text(found.words)}</Typography.Text>
      <div aria-live="polite">
        {found.finding.map((each, place) => (
          <div key={place}>{text(each)}</div>
        ))}
      </div>
      <Flex gap={8} align="center">
        <Typography.Text type="secondary">{t('traits.missing')}</Typography.Text>
        <Part of={found.missing_share} />
      </Flex>
      {found.bars.length > 0 && (
        <Bars
          label={t('traits.spread')}
          bars={barsOf(found.bars, t('traits.rest')).map(([label, bar]) => ({
            key: label,
            label,
            value: bar.profiles,
            said: `${whole(bar.profiles)} · ${share(bar.share)}`,
          }))}
        />
      )}
      {found.examples.length > 0 && (
        <Table
          size="small"
          rowKey="profile_id"
          dataSource={found.examples}
          pagination={false}
          columns={[
            {
              title: t('builder.examples'),
              render: (_, row) => (
                <Link to="/people/$number" params={{ number: String(row.profile_id) }} target="_blank">
                  {text(row.key) || row.profile_id}
                </Link>
              ),
            },
            { title: t('person.value'), align: 'right', render: (_, row) => shown(row.value) },
          ]}
        />
      )}
      {found.notes.map((each, place) => (
        <Typography.Text key={place} type="secondary">
          {text(each)}
        </Typography.Text>
      ))}
      <details>
        <summary style={{ cursor: 'pointer' }}>{t('traits.yaml')}</summary>
        <Typography.Paragraph copyable={{ text: text(found.yaml) }} style={{ marginTop: 8 }}>
          <pre style={{ margin: 0, overflow: 'auto', maxHeight: 320 }} tabIndex={0}>
            {text(found.yaml)}
          </pre>
        </Typography.Paragraph>
      </details>
    </Flex>
  )
}
