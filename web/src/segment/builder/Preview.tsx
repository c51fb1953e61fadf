import { LoadingOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card, Flex, Statistic, Typography } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../../api/client'
import { Bars } from '../../app/Bars'
import { Fault } from '../../app/Fault'
import { share, whole } from '../../app/numbers'
import { Conditions } from '../Conditions'
import type { Part, Rule } from './rule'

const QUIET_MILLISECONDS = 300
const EXAMPLES = 5

type Counted = Schemas['Preview']

export interface Found {
  data?: Counted
  error: Error | null
  isBehind: boolean
  /** The rule that was counted. */
  asked: string | null
  sizes: ReadonlyMap<number, number>
}

/** Counts that follow the rule while it is written: the last that was asked for counts, whatever comes back first. */
export function usePreview(rule: Rule | null, root: Part): Found {
  const { i18n } = useTranslation()
  const written = rule && JSON.stringify(rule)
  const [asked, setAsked] = useState({ written, root })
  useEffect(() => {
    const timer = setTimeout(() => setAsked({ written, root }), QUIET_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [written, root])
  const found = useQuery({
    queryKey: ['preview', asked.written, i18n.language],
    enabled: asked.written !== null,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) =>
      answer(
        client.POST('/api/v1/segments/preview', {
          body: { rule: JSON.parse(asked.written ?? '{}') as Rule, sample: EXAMPLES },
          signal,
        }),
      ),
  })
  const isBehind = asked.written !== written || found.isFetching
  const condition = found.isPlaceholderData ? null : (found.data?.condition ?? null)
  const sizes = useMemo(() => sizesOf(asked.root, condition), [asked.root, condition])
  return { data: rule ? found.data : undefined, error: rule ? found.error : null, isBehind, asked: asked.written, sizes }
}

/** How many each part holds by itself: conditions are counted in the order in which the rule has them. */
export function sizesOf(part: Part, counted: Counted['condition']): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>()
  const walk = (here: Part, one: Counted['condition']) => {
    if (!one) return
    sizes.set(here.id, one.size)
    if (here.kind === 'group') here.parts.forEach((each, place) => walk(each, one.parts?.[place] ?? null))
  }
  walk(part, counted)
  return sizes
}

/** Whom the rule holds: how many in all, by each condition alone and by channel, in words, and some of them. */
export function Preview({ found, isWhole }: { found: Found; isWhole: boolean }) {
  const { t } = useTranslation()
  const { data, error, isBehind, asked } = found
  return (
    <Card title={t('builder.preview')} extra={isBehind && isWhole ? <LoadingOutlined aria-hidden /> : null} aria-busy={isBehind} style={{ position: 'sticky', top: 8 }}>
      {!isWhole && <Typography.Text type="secondary">{t('builder.fill')}</Typography.Text>}
      {error && <Fault fault={error} />}
      {data && !error && (
        <Flex vertical gap={12}>
          <div aria-live="polite">
            <Statistic
              value={data.size}
              formatter={(value) => whole(Number(value))}
              suffix={t('builder.of', { base: whole(data.base), share: data.share === null ? '–' : share(data.share) })}
            />
          </div>
          <Typography.Text>{text(data.words)}</Typography.Text>
          {data.condition?.parts?.map((each, place) => <Conditions key={place} condition={each} />)}
          {data.notes.map((note, place) => (
            <Typography.Text key={place} type="secondary">
              {text(note)}
            </Typography.Text>
          ))}
          {data.size > 0 && asked !== null && <Reach rule={asked} size={data.size} />}
          {data.sample.length > 0 && (
            <p style={{ margin: 0 }}>
              <Typography.Text type="secondary">{t('builder.examples')} </Typography.Text>
              {data.sample.map((each) => (
                <Link key={each} to="/people/$number" params={{ number: String(each) }} target="_blank" style={{ marginInlineEnd: 8 }}>
                  {each}
                </Link>
              ))}
            </p>
          )}
        </Flex>
      )}
    </Card>
  )
}

/** How many of them each channel may write to: who has an address there, consented, and is not suppressed. */
function Reach({ rule, size }: { rule: string; size: number }) {
  const { t } = useTranslation()
  const found = useQuery({
    queryKey: ['reach', rule],
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => answer(client.POST('/api/v1/segments/reach', { body: { rule: JSON.parse(rule) as Rule, sample: 1 }, signal })),
  })
  if (!found.data?.items.length) return null
  return (
    <div>
      <h3 style={{ fontSize: 14, margin: '0 0 6px' }}>{t('builder.reach')}</h3>
      <Bars
        label={t('builder.reach')}
        bars={found.data.items.map((each) => ({
          key: text(each.channel),
          label: t(`builder.channel.${text(each.channel)}`, { defaultValue: text(each.channel) }),
          value: each.size,
          said: `${whole(each.size)} · ${share(each.size / size)}`,
        }))}
      />
    </div>
  )
}
