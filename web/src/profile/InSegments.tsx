import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card, Collapse, Flex, Skeleton, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { day } from '../app/numbers'
import { Conditions } from '../segment/Conditions'
import { useSegmentLabels, useSegmentNames } from '../segment/names'

/** The segments that hold somebody: since when, and on opening one, why. */
export function InSegments({ number, segmentations }: { number: number; segmentations: Record<string, unknown> }) {
  const { t } = useTranslation()
  const found = useQuery({
    queryKey: ['person segments', number],
    queryFn: () => answer(client.GET('/api/v1/profiles/{number}/segments', { params: { path: { number } } })),
  })
  const label = useSegmentLabels()
  const rows = found.data?.items ?? []
  return (
    <Card title={t('person.segments')} size="small" style={{ marginBottom: 16 }}>
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !rows.length && <Typography.Paragraph type="secondary">{t('person.noSegment')}</Typography.Paragraph>}
      <Collapse
        ghost
        size="small"
        destroyOnHidden
        items={rows.map((each) => ({
          key: text(each.segment),
          label: (
            <>
              {label(text(each.segment))}{' '}
              <Typography.Text type="secondary">
                {each.since ? t('person.since', { at: day(each.since) }) : t('person.sinceEver')}
              </Typography.Text>
            </>
          ),
          children: <WhyIn name={text(each.segment)} number={number} />,
        }))}
      />
      <Flex wrap gap={8}>
        {Object.entries(segmentations).map(([which, part]) => (
          <Link key={which} to="/segmentations/$name" params={{ name: which === 'rfm_cell' ? 'rfm' : which }}>
            <PartOf which={which} part={String(part)} />
          </Link>
        ))}
      </Flex>
    </Card>
  )
}

function PartOf({ which, part }: { which: string; part: string }) {
  const { t } = useTranslation()
  const called = useSegmentNames(which)
  return <Tag>{`${t(`segmentations.names.${which}`, { defaultValue: which })}: ${called(part)}`}</Tag>
}

function WhyIn({ name, number }: { name: string; number: number }) {
  const { t, i18n } = useTranslation()
  const why = useQuery({
    queryKey: ['why', name, number, i18n.language],
    queryFn: () =>
      answer(client.POST('/api/v1/segments/{name}/explain', { params: { path: { name } }, body: { key: `profile:${number}` } })),
  })
  return (
    <Flex vertical gap={8}>
      {why.isPending && <Skeleton active />}
      {why.isError && <Fault fault={why.error} again={() => void why.refetch()} />}
      {why.data && <Conditions condition={why.data} />}
      <Link to="/segments/$name" params={{ name }}>
        {t('person.toSegment')}
      </Link>
    </Flex>
  )
}
