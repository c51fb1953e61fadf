import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { App, Button, Card, Col, Flex, Form, Input, Row, Skeleton, Statistic, Typography } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { share, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { useTraits } from '../profile/traits'
import { Conditions } from './Conditions'
import { useDivision, type Begun } from './divisions'
import { PartForm, type Known } from './PartForm'
import { fresh, made, nameOf, taken, type Part, type Rule } from './rule'

const QUIET_MILLISECONDS = 300

interface Definition {
  name: string
  label: string
  rule: Rule
  version: number
  rest: Record<string, unknown>
}

export function NewSegment() {
  return <Builder begun={useSearch({ strict: false })} />
}

export function EditSegment() {
  const name = String(useParams({ strict: false }).name)
  const found = useQuery({
    queryKey: ['definition', 'segment', name],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async (): Promise<Definition> => {
      const kept = await answer(
        client.GET('/api/v1/definitions/{kind}/{name}', { params: { path: { kind: 'segment', name } } }),
      )
      const { rule, label, ...rest } = kept.body as Record<string, unknown>
      return { name, label: String(label ?? ''), rule: rule as Rule, version: kept.version, rest }
    },
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  return <Builder definition={found.data} />
}

/** What the base knows, to choose from. */
function useKnown(): Known {
  const { i18n } = useTranslation()
  const traits = useTraits()
  const events = useQuery({
    queryKey: ['tracking'],
    staleTime: 60_000,
    queryFn: () => answer(client.GET('/api/v1/tracking')),
  })
  const segments = useQuery({ queryKey: ['segments', i18n.language], queryFn: () => answer(client.GET('/api/v1/segments')) })
  const divisions = useQuery({ queryKey: ['segmentations'], queryFn: () => answer(client.GET('/api/v1/segmentations')) })
  const { called } = useDivision()
  return useMemo(
    () => ({
      traits: [
        ...(traits.data?.items ?? []).map((each) => ({
          name: text(each.name),
          label: text(each.label),
          type: text(each.type),
          top: each.top && typeof each.top === 'object' ? Object.keys(each.top) : [],
        })),
        ...(divisions.data?.items ?? []).map((each) => ({
          name: `segmentation.${text(each.segmentation)}`,
          label: called(text(each.segmentation)),
          type: 'text',
          top: [],
        })),
      ],
      events: [...new Set(['Order Completed', ...(events.data?.items ?? []).map((each) => text(each.event))])],
      segments: (segments.data?.items ?? []).map((each) => ({ name: text(each.name), label: text(each.label) })),
    }),
    [traits.data, events.data, segments.data, divisions.data],
  )
}

/** Counts that follow the rule while it is written: the last that was asked for counts, whatever comes back first. */
function usePreview(rule: Rule | null) {
  const { i18n } = useTranslation()
  const written = rule && JSON.stringify(rule)
  const [asked, setAsked] = useState(written)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(written), QUIET_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [written])
  const found = useQuery({
    queryKey: ['preview', asked, i18n.language],
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) =>
      answer(
        client.POST('/api/v1/segments/preview', { body: { rule: JSON.parse(asked ?? '{}') as Rule, sample: 5 }, signal }),
      ),
  })
  return { ...found, isBehind: asked !== written || found.isFetching }
}

/** A segment as it is made or changed: its name, its rule as a form, and whom it would hold. */
function Builder({ definition, begun = {} }: { definition?: Definition; begun?: Begun }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const known = useKnown()
  const [label, setLabel] = useState(definition?.label ?? begun.label ?? '')
  const [typed, setTyped] = useState<string>()
  const [part, setPart] = useState<Part>(() => first(definition?.rule ?? begun.rule))
  const name = definition?.name ?? typed ?? nameOf(label)
  const rule = made(part)
  const preview = usePreview(rule)
  const save = useMutation({
    mutationFn: () =>
      answer(
        client.PUT('/api/v1/segments/{name}', {
          params: { path: { name }, header: definition && { 'If-Match': `"${definition.version}"` } },
          body: { ...definition?.rest, name, label, rule: rule ?? {} },
        }),
      ),
    onSuccess: async () => {
      void message.success(t('builder.saved'))
      await queries.invalidateQueries()
      await navigate({ to: '/segments/$name', params: { name } })
    },
  })
  const isOvertaken = save.error instanceof Problem && save.error.status === 412
  return (
    <Page
      title={definition ? t('builder.edit', { name: definition.label || definition.name }) : t('segments.new')}
      actions={
        <Button type="primary" disabled={!rule || !name} loading={save.isPending} onClick={() => save.mutate()}>
          {t('builder.save')}
        </Button>
      }
    >
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={15}>
          <Card>
            <Form layout="vertical" requiredMark={false}>
              <Row gutter={12}>
                <Col xs={24} md={14}>
                  <Form.Item label={t('builder.label')} htmlFor="label">
                    <Input id="label" value={label} onChange={(event) => setLabel(event.target.value)} maxLength={100} />
                  </Form.Item>
                </Col>
                <Col xs={24} md={10}>
                  <Form.Item label={t('builder.name')} htmlFor="name" extra={!definition && t('builder.nameHint')}>
                    <Input
                      id="name"
                      value={name}
                      disabled={!!definition}
                      onChange={(event) => setTyped(event.target.value)}
                      maxLength={100}
                    />
                  </Form.Item>
                </Col>
              </Row>
            </Form>
            <PartForm part={part} known={known} change={setPart} />
          </Card>
          {save.isError && (
            <div style={{ marginTop: 12 }}>
              <Fault fault={save.error} />
              {isOvertaken && (
                <Link to="/segments/$name" params={{ name }} target="_blank">
                  {t('builder.overtaken')}
                </Link>
              )}
            </div>
          )}
        </Col>
        <Col xs={24} lg={9}>
          <Card title={t('builder.preview')} aria-busy={preview.isBehind} style={{ opacity: preview.isBehind ? 0.7 : 1 }}>
            {!rule && <Typography.Text type="secondary">{t('builder.fill')}</Typography.Text>}
            {rule && preview.isError && <Fault fault={preview.error} />}
            {rule && preview.data && !preview.isError && (
              <Flex vertical gap={12}>
                <div aria-live="polite">
                  <Statistic
                    value={preview.data.size}
                    formatter={(value) => whole(Number(value))}
                    suffix={t('builder.of', {
                      base: whole(preview.data.base),
                      share: preview.data.share === null ? '–' : share(preview.data.share),
                    })}
                  />
                </div>
                <Typography.Text>{text(preview.data.words)}</Typography.Text>
                {preview.data.condition && <Conditions condition={preview.data.condition} />}
                {preview.data.notes.map((note, place) => (
                  <Typography.Text key={place} type="secondary">
                    {text(note)}
                  </Typography.Text>
                ))}
                <p style={{ margin: 0 }}>
                  <Typography.Text type="secondary">{t('builder.examples')} </Typography.Text>
                  {preview.data.sample.map((each) => (
                    <Link
                      key={each}
                      to="/people/$number"
                      params={{ number: String(each) }}
                      target="_blank"
                      style={{ marginInlineEnd: 8 }}
                    >
                      {each}
                    </Link>
                  ))}
                </p>
              </Flex>
            )}
          </Card>
        </Col>
      </Row>
    </Page>
  )
}

function first(rule?: Rule): Part {
  if (!rule) return fresh('group')
  const part = taken(rule)
  return part.kind === 'group' ? part : { kind: 'group', group: 'all', parts: [part] }
}
