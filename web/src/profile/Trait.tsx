import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Alert, Button, Card, Descriptions, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client, text, type Schemas } from '../api/client'
import { Bars } from '../app/Bars'
import { CopyAs } from '../app/Copy'
import { Figure } from '../app/Figure'
import { instant, share, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { useMay } from '../protect/session'
import { RefreshNow } from '../workspace/RefreshNow'
import { Lineage } from './Lineage'
import { Waiting } from './Waiting'
import { barsOf, ends, useTraitLabel } from './traits'

type Shown = Schemas['TraitShown']

/** One trait: what it means, how its values are spread, what it is made of. */
export function TraitPage() {
  const { t, i18n } = useTranslation()
  const may = useMay('manage')
  const name = String(useParams({ strict: false }).name)
  const found = useQuery({
    queryKey: ['trait', name, i18n.language],
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/traits/{name}', { params: { path: { name } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.error instanceof Problem && found.error.status === 409) return <Waiting name={name} fault={found.error} />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  const trait = found.data
  const label = text(trait.label) || name
  return (
    <Page
      title={label.charAt(0).toUpperCase() + label.slice(1)}
      actions={
        <>
          <CopyAs command={`coterie traits show ${name}`} call={`GET /api/v1/traits/${name}`} />
          {may && (
            <Link to="/segments/new" search={begun(trait)}>
              <Button>{t('traits.segment')}</Button>
            </Link>
          )}
          {may && trait.definition && (
            <Link to="/traits/$name/edit" params={{ name }}>
              <Button type="primary">{t('segments.edit')}</Button>
            </Link>
          )}
        </>
      }
    >
      {!trait.is_current && (
        <Alert type="info" showIcon title={t('traits.changed')} action={<RefreshNow />} style={{ marginBottom: 16 }} />
      )}
      {trait.description && <Typography.Paragraph>{text(trait.description)}</Typography.Paragraph>}
      <Figure
        title={t('traits.spread')}
        words={trait.finding.map(text)}
        rows={trait.bars}
        columns={[
          { title: t('person.value'), render: (_, bar) => ends(bar, t('traits.rest')) },
          { title: t('home.profiles'), dataIndex: 'profiles', align: 'right', render: whole },
          { title: t('segments.share'), dataIndex: 'share', align: 'right', render: share },
        ]}
      >
        <Bars
          label={t('traits.spread')}
          bars={barsOf(trait.bars, t('traits.rest')).map(([label, bar]) => ({
            key: label,
            label,
            value: bar.profiles,
            said: `${whole(bar.profiles)} · ${share(bar.share)}`,
          }))}
        />
      </Figure>
      <Lineage name={name} />
      <Definition trait={trait} />
    </Page>
  )
}

/** What the trait is made of, each part a link where it has a page. */
function Definition({ trait }: { trait: Shown }) {
  const { t } = useTranslation()
  const called = useTraitLabel()
  const traits = trait.traits.map((each) => (
    <Link key={text(each)} to="/traits/$name" params={{ name: text(each) }} style={{ marginInlineEnd: 8 }}>
      {called(text(each))}
    </Link>
  ))
  const items = [
    { key: 'name', label: t('traits.name'), children: <code>{text(trait.name)}</code> },
    { key: 'type', label: t('traits.type'), children: t(`traits.types.${text(trait.type)}`, { defaultValue: text(trait.type) }) },
    ...(trait.unit ? [{ key: 'unit', label: t('traits.unit'), children: text(trait.unit) }] : []),
    { key: 'made', label: t('traits.made'), children: trait.is_computed ? t('traits.computed') : t('traits.given') },
    ...(trait.newest_at ? [{ key: 'newest', label: t('traits.newest'), children: instant(trait.newest_at) }] : []),
    ...(traits.length ? [{ key: 'traits', label: t('rooms.traits'), children: traits }] : []),
    ...(['events', 'tables', 'sources'] as const)
      .filter((part) => trait[part].length)
      .map((part) => ({ key: part, label: t(`traits.${part}`), children: trait[part].map(text).join(', ') })),
  ]
  return (
    <Card size="small" title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('traits.definition')}</h2>}>
      <Descriptions column={1} size="small" items={items} />
    </Card>
  )
}

/** A segment to begin with: the upper quarter of a number, the most frequent of other values. */
function begun(trait: Shown) {
  const name = text(trait.name)
  const most = trait.bars.find((bar) => bar.label !== null)
  const condition =
    trait.type === 'number' && trait.quantiles.length
      ? { trait: name, '>=': Number(trait.quantiles[3]!.toPrecision(3)) }
      : trait.type === 'text' && most
        ? { trait: name, '=': text(most.label) }
        : { trait: name, is_set: true }
  return { rule: { all: [condition] }, label: text(trait.label) }
}
