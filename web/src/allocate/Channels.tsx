import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Flex, InputNumber, Select, Skeleton, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { Heat } from '../app/Heat'
import { decimal, share } from '../app/numbers'
import { Page } from '../app/Page'
import { useDivision } from '../segment/divisions'
import { ChosenScore } from './ChosenScore'
import { PRINCIPLES, useNames, type Principle } from './names'
import { Providers } from './Providers'
import { Register } from './Register'

type Score = Schemas['ChannelScore']

/** Which channel suits which segment, and why; how much each principle counts is asked for in the address. */
export function Channels() {
  const { t, i18n } = useTranslation()
  const { called } = useDivision()
  const navigate = useNavigate()
  const asked = useSearch({ strict: false })
  const by = asked.by ?? 'rfm'
  const weights = Object.fromEntries(PRINCIPLES.filter((each) => asked[each]).map((each) => [each, Number(asked[each])]))
  const put = (more: Record<string, string | undefined>) =>
    void navigate({ to: '/channels', search: { ...asked, ...more }, replace: true, resetScroll: false })
  const query = { by: by === 'rules' ? null : by, ...weights }
  const key = [by, JSON.stringify(weights), i18n.language]
  const scores = useQuery({ queryKey: ['scores', ...key], retry: false, queryFn: () => answer(client.GET('/api/v1/channels/score', { params: { query } })) })
  const told = useQuery({ queryKey: ['fit', ...key], retry: false, queryFn: () => answer(client.GET('/api/v1/channels/finding', { params: { query } })) })
  const divisions = useQuery({ queryKey: ['segmentations'], queryFn: () => answer(client.GET('/api/v1/segmentations')) })
  const names = useNames(by)
  const options = PRINCIPLES.filter((each) => each in weights).map((each) => ` --${each} ${weights[each]}`)
  const scored = Object.entries(weights).map(([name, value]) => `&${name}=${value}`)
  return (
    <Page
      title={t('rooms.channels')}
      actions={<CopyAs command={`coterie channels score --by ${by}${options.join('')}`} call={`GET /api/v1/channels/score?by=${by}${scored.join('')}`} />}
    >
      <Flex gap={12} wrap align="end" style={{ marginBottom: 16 }}>
        <Select
          aria-label={t('channels.by')}
          value={by}
          onChange={(value) => put({ by: value, cell: undefined })}
          options={[
            { value: 'rules', label: t('rooms.segments') },
            ...(divisions.data?.items ?? []).map((each) => ({ value: text(each.segmentation), label: called(text(each.segmentation)) })),
          ]}
          style={{ minWidth: 200 }}
        />
        {PRINCIPLES.map((each) => (
          <Weight key={each} principle={each} share={told.data?.weights[each]} given={weights[each]} put={put} />
        ))}
        <label>
          <Switch size="small" checked={asked.all === 'true'} onChange={(on) => put({ all: on ? 'true' : undefined })} /> {t('channels.all')}
        </label>
      </Flex>
      {scores.isPending && <Skeleton active />}
      {scores.isError && <Fault fault={scores.error} again={() => void scores.refetch()} />}
      {scores.data && (
        <Matrix
          scores={scores.data.items}
          words={[...(told.data?.finding ?? []), ...(told.data?.notes ?? [])].map(text)}
          names={names}
          isWhole={asked.all === 'true'}
          chosen={asked.cell}
          choose={(cell) => put({ cell })}
        />
      )}
      <Register />
      <Providers />
    </Page>
  )
}

function Weight({
  principle,
  share: part,
  given,
  put,
}: {
  principle: Principle
  share?: number
  given?: number
  put: (more: Record<string, string | undefined>) => void
}) {
  const { t } = useTranslation()
  const id = `weight-${principle}`
  return (
    <div>
      <label htmlFor={id} style={{ display: 'block', fontSize: 12 }}>
        {t(`channels.principles.${principle}`)} {part !== undefined && share(part)}
      </label>
      <InputNumber
        id={id}
        min={0}
        max={100}
        placeholder={part === undefined ? '' : decimal(100 * part)}
        value={given}
        onChange={(value) => put({ [principle]: value === null ? undefined : String(value) })}
        style={{ width: 110 }}
      />
    </div>
  )
}

interface Shape {
  scores: readonly Score[]
  words: readonly string[]
  names: { segment: (key: string) => string; channel: (key: string) => string }
  isWhole: boolean
  chosen?: string
  choose: (cell?: string) => void
}

function Matrix({ scores, words, names, isWhole, chosen, choose }: Shape) {
  const { t } = useTranslation()
  const seen = scores.filter((each) => isWhole || each.evidence !== 'assumed')
  const shown = seen.length ? seen : scores
  const channels = [...new Set(shown.map((each) => text(each.channel)))]
  const segments = [...new Set(shown.map((each) => text(each.segment)))]
  const keyOf = (each: Score) => `${text(each.segment)}|${text(each.channel)}`
  const found = new Map(shown.map((each) => [keyOf(each), each]))
  const one = chosen ? found.get(chosen) : undefined
  return (
    <>
      <Figure
        title={t('channels.title')}
        words={words}
        rows={shown}
        columns={[
          { title: t('channels.segment'), render: (_, row) => names.segment(text(row.segment)) },
          { title: t('channels.channel'), render: (_, row) => names.channel(text(row.channel)) },
          { title: t('channels.score'), dataIndex: 'score', align: 'right', render: (n: number | null) => (n === null ? '–' : decimal(n)) },
          ...PRINCIPLES.map((each) => ({
            title: t(`channels.principles.${each}`),
            dataIndex: each,
            align: 'right' as const,
            render: (n: number | null) => (n === null ? '–' : decimal(n)),
          })),
          { title: t('channels.evidence'), render: (_, row) => t(`channels.evidences.${text(row.evidence)}`) },
        ]}
      >
        <Heat
          label={t('channels.title')}
          corner={`${t('channels.segment')} ↓ · ${t('channels.channel')} →`}
          columns={channels.map(names.channel)}
          rows={segments.map((segment) => ({
            key: segment,
            label: names.segment(segment),
            cells: channels.map((channel) => {
              const each = found.get(`${segment}|${channel}`)
              if (!each) return null
              const score = each.score ?? 0
              return {
                said: decimal(score),
                about: t('channels.cell', { segment: names.segment(segment), channel: names.channel(channel), score: decimal(score), rank: each.rank }),
                strength: score,
                isChosen: chosen === keyOf(each),
                choose: () => choose(keyOf(each)),
              }
            }),
          }))}
        />
      </Figure>
      {one && <ChosenScore score={one} names={names} close={() => choose()} />}
    </>
  )
}
