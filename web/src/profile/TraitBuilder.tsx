import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { App, Button, Card, Col, Flex, Form, Input, Row, Skeleton, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Overtaken } from '../app/Overtaken'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { useAddress } from '../app/useAddress'
import { ALONE, FieldForm } from '../segment/builder/FieldForm'
import { MeasureForm, eventFieldOf } from '../segment/builder/MeasureForm'
import type { Grammar, Schema } from '../segment/builder/grammar'
import { KnownProvider, useAllKnown, useKnown } from '../segment/builder/known'
import { blank } from '../segment/builder/rule'
import { TraitPreview } from './TraitPreview'
import { begunOf, definitionOf, draftOf, furtherFields, isTraitName, traitBegunIn, traitNameOf, type TraitBegun, type TraitDraft } from './traitDraft'

interface Kept {
  name: string
  body: TraitDraft
  /** 0 for a ready trait, which is not kept here yet. */
  version: number
}

export function NewTrait() {
  return <WithKnown />
}

export function EditTrait() {
  const { t } = useTranslation()
  const name = String(useParams({ strict: false }).name)
  const found = useQuery({
    queryKey: ['definition', 'trait', name],
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    queryFn: () => keptOf(name),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  if (!found.data) return <PageFault fault={new Error(t('traits.isGiven'))} />
  return <WithKnown kept={found.data} />
}

/** The definition of a trait: the one kept here, or else of the ready ones; null for a trait that was given. */
async function keptOf(name: string): Promise<Kept | null> {
  try {
    const { body, version } = await answer(client.GET('/api/v1/definitions/{kind}/{name}', { params: { path: { kind: 'trait', name } } }))
    return { name, body, version }
  } catch (fault) {
    if (!(fault instanceof Problem) || fault.status !== 404) throw fault
  }
  const ready = await answer(client.GET('/api/v1/traits/{name}', { params: { path: { name } } }))
  return ready.definition && { name, body: ready.definition, version: 0 }
}

function WithKnown({ kept }: { kept?: Kept }) {
  const { i18n } = useTranslation()
  const { known, error, again } = useAllKnown()
  const schema = useQuery({
    queryKey: ['schema', 'trait', i18n.language],
    staleTime: Infinity,
    queryFn: async () => (await answer(client.GET('/api/v1/schema', { params: { query: { kind: 'trait' } } }))) as Schema,
  })
  if (error || schema.error)
    return (
      <PageFault
        fault={error ?? schema.error}
        again={() => {
          again()
          void schema.refetch()
        }}
      />
    )
  if (!known || !schema.data) return <Skeleton active />
  return (
    <KnownProvider value={known}>
      <Builder kept={kept} schema={schema.data} />
    </KnownProvider>
  )
}

/** A trait as it is made or changed: what it is called, how it is measured, and what it would hold. */
function Builder({ kept, schema }: { kept?: Kept; schema: Schema }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { grammar } = useKnown()
  const begun: TraitBegun = traitBegunIn(useSearch({ strict: false }))
  const begin = (from: TraitBegun): TraitDraft => ({ value: firstMeasure(grammar), ...kept?.body, ...draftOf(from) })
  const [draft, setDraft] = useState(() => begin(begun))
  const [seen, see] = useState(kept?.version || undefined)
  const set = (field: string, said: unknown) => setDraft({ ...draft, [field]: said })
  const label = String(draft.label ?? '')
  const name = kept?.name ?? (typeof draft.name === 'string' ? draft.name : traitNameOf(label))
  const whole = definitionOf({ ...draft, name }, grammar)
  const isKept = useAddress(begun, begunOf(draft), (from) => setDraft(begin(from)))
  const save = useMutation({
    mutationFn: (madeFrom: number | undefined) =>
      answer(
        client.PUT('/api/v1/definitions/{kind}/{name}', {
          params: { path: { kind: 'trait', name }, header: madeFrom === undefined ? undefined : { 'If-Match': `"${madeFrom}"` } },
          body: whole ?? {},
        }),
      ),
    onSuccess: async () => {
      void message.success(t('builder.saved'))
      await queries.invalidateQueries()
      await navigate({ to: '/traits/$name', params: { name } })
    },
  })
  const isOvertaken = save.error instanceof Problem && save.error.code === 'overtaken'
  return (
    <Page
      title={kept ? t('builder.edit', { name: label || kept.name }) : t('traits.new')}
      actions={
        <>
          <CopyAs command="coterie traits preview -f TRAIT.yaml" call={`PUT /api/v1/definitions/trait/${name || 'NAME'} ${JSON.stringify(whole)}`} />
          <Button type="primary" disabled={!whole || !name} loading={save.isPending} onClick={() => save.mutate(seen)}>
            {t('builder.save')}
          </Button>
        </>
      }
    >
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={14}>
          <Card>
            <Form layout="vertical" requiredMark={false}>
              <Row gutter={12}>
                <Col xs={24} md={14}>
                  <Form.Item label={t('builder.label')} htmlFor="label">
                    <Input id="label" value={label} onChange={(event) => set('label', event.target.value)} maxLength={100} />
                  </Form.Item>
                </Col>
                <Col xs={24} md={10}>
                  <Form.Item label={t('builder.name')} htmlFor="name" extra={!kept && t('traits.nameHint')}>
                    <Input id="name" value={name} disabled={!!kept} onChange={(event) => set('name', event.target.value)} maxLength={100} />
                  </Form.Item>
                </Col>
              </Row>
            </Form>
            <h2 style={{ fontSize: 16, margin: '0 0 8px' }}>{t('traits.measured')}</h2>
            <Flex gap={8} wrap>
              <MeasureForm label={t('rule.measure')} value={draft.value} change={(value) => set('value', value)} around={ALONE} />
            </Flex>
            <About value={draft.value} />
            <Flex vertical gap={8} style={{ marginTop: 16 }}>
              {furtherFields(schema).map(([field, shape]) => (
                <div key={field}>
                  <Typography.Text title={shape.description}>{shape.title ?? field}</Typography.Text>
                  <Flex>
                    <FieldForm schema={shape} label={shape.title ?? field} value={draft[field]} change={(said) => set(field, said)} around={ALONE} />
                  </Flex>
                  <Typography.Text type="secondary" style={{ fontSize: 12 }}>
                    {shape.description}
                  </Typography.Text>
                </div>
              ))}
            </Flex>
            {!isKept && <Typography.Text type="secondary">{t('builder.notKept')}</Typography.Text>}
          </Card>
          {save.isError && (
            <div style={{ marginTop: 12 }}>
              {isOvertaken && whole ? (
                <Overtaken
                  kind="trait"
                  mine={{ ...whole, name }}
                  keepMine={(version) => {
                    see(version)
                    save.mutate(version)
                  }}
                  takeTheirs={(body, version) => {
                    see(version)
                    setDraft(body)
                    save.reset()
                  }}
                />
              ) : (
                <Fault fault={save.error} />
              )}
            </div>
          )}
        </Col>
        <Col xs={24} lg={10}>
          <TraitPreview definition={whole && { ...whole, name: isTraitName(name) ? name : undefined }} />
        </Col>
      </Row>
    </Page>
  )
}

/** What the chosen measure is, in the words of the program. */
function About({ value }: { value: unknown }) {
  const { grammar } = useKnown()
  const word = typeof value === 'object' && value !== null ? [...grammar.measures.values()].find((each) => each.name in value) : undefined
  if (!word?.about) return null
  return (
    <Typography.Paragraph type="secondary" style={{ margin: '8px 0 0', whiteSpace: 'pre-line' }} ellipsis={{ rows: 3, expandable: 'collapsible' }}>
      {word.about}
    </Typography.Paragraph>
  )
}

/** Events counted, nothing said of which yet. */
function firstMeasure(grammar: Grammar): unknown {
  const word = [...grammar.measures.values()].find((each) => eventFieldOf(each, grammar) === each.name)
  return word ? blank(word) : null
}
