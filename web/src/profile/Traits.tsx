import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Empty, Input, Skeleton, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { day, decimal, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { Part } from '../app/Part'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'
import { Spread } from './Spread'
import { useTraits } from './traits'

type Trait = Schemas['TraitRow']

const upper = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

/** Every trait: what it is, how its values are spread, of how many it is known, how fresh it is. */
export function Traits() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { find = '' } = useSearch({ strict: false })
  const may = useMay('manage')
  const found = useTraits()
  const sought = find.trim().toLowerCase()
  const rows = (found.data?.items ?? []).filter((each) =>
    `${text(each.name)} ${text(each.label)} ${text(each.description)}`.toLowerCase().includes(sought),
  )
  return (
    <Page
      title={t('rooms.traits')}
      actions={
        <>
          <CopyAs command="coterie traits list" call="GET /api/v1/traits" />
          {may && (
            <Link to="/traits/new">
              <Button type="primary" icon={<PlusOutlined />}>
                {t('traits.new')}
              </Button>
            </Link>
          )}
        </>
      }
    >
      <Typography.Paragraph type="secondary">{t('traits.about')}</Typography.Paragraph>
      <Input.Search
        allowClear
        aria-label={t('person.filter')}
        placeholder={t('person.filter')}
        value={find}
        onChange={(event) => void navigate({ to: '/traits', search: event.target.value ? { find: event.target.value } : {}, replace: true })}
        style={{ maxWidth: 420, marginBottom: 16 }}
      />
      {found.isSuccess && <NotYet computed={new Set(found.data.items.map((each) => text(each.name)))} />}
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !found.data.items.length && (
        <Empty description={t('traits.empty')}>
          <Link to="/data">{t('home.bring')}</Link>
        </Empty>
      )}
      {found.isSuccess && found.data.items.length > 0 && (
        <Table<Trait>
          rowKey={(row) => text(row.name)}
          dataSource={rows}
          size="middle"
          pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }}
          scroll={{ x: 'max-content' }}
          columns={[
            {
              title: t('person.trait'),
              render: (_, row) => (
                <div style={{ maxWidth: 'min(320px, 45vw)', whiteSpace: 'normal' }}>
                  <Link to="/traits/$name" params={{ name: text(row.name) }}>
                    {upper(text(row.label)) || text(row.name)}
                  </Link>{' '}
                  {!row.is_computed && <Tag>{t('traits.given')}</Tag>}
                  <div>
                    <Typography.Text type="secondary">{text(row.description)}</Typography.Text>
                  </div>
                </div>
              ),
            },
            { title: t('traits.spread'), render: (_, row) => <Told row={row} /> },
            {
              title: t('traits.missing'),
              sorter: (one, other) => one.missing_share - other.missing_share,
              render: (_, row) => <Part of={row.missing_share} />,
            },
            { title: t('traits.newest'), dataIndex: 'newest_at', render: (at: string | null) => (at ? day(at) : '–') },
          ]}
        />
      )}
    </Page>
  )
}

/** Traits that are defined and not computed yet. */
function NotYet({ computed }: { computed: ReadonlySet<string> }) {
  const { t } = useTranslation()
  const found = useQuery({
    queryKey: ['definitions', 'trait'],
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}', { params: { path: { kind: 'trait' } } })),
  })
  const waiting = (found.data?.items ?? []).filter((each) => !computed.has(text(each.name)))
  if (!waiting.length) return null
  return (
    <Typography.Paragraph>
      {t('traits.notYet')}{' '}
      {waiting.map((each) => (
        <Link key={text(each.name)} to="/traits/$name" params={{ name: text(each.name) }} style={{ marginInlineEnd: 8 }}>
          {String(each.body.label ?? '') || text(each.name)}
        </Link>
      ))}
    </Typography.Paragraph>
  )
}

/** What a number usually is, or which values are frequent. */
function Told({ row }: { row: Trait }) {
  const { t } = useTranslation()
  const { quantiles, low, high } = row
  if (row.type === 'number' && quantiles?.length && low !== null && high !== null) {
    const said = t('traits.half', { low: decimal(quantiles[1]!), high: decimal(quantiles[3]!), middle: decimal(quantiles[2]!) })
    return (
      <>
        <Spread low={low} high={high} quantiles={quantiles} label={said} />
        <div>
          <Typography.Text type="secondary">{said}</Typography.Text>
        </div>
      </>
    )
  }
  // Of an address or a number of its own for everybody no value is frequent, and a list of them would only name people.
  const different = row.distinct ?? 0
  const isOwn = different > 20 && different > row.profiles * 0.9
  const told = isOwn ? t('traits.different', { n: whole(different) }) : text(row.top) || '–'
  return <div style={{ maxWidth: 300, whiteSpace: 'normal' }}>{told}</div>
}
