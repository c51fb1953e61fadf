import { RedoOutlined, UndoOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { App, Button, Card, Col, Flex, Form, Input, Row, Skeleton, Typography } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client } from '../../api/client'
import { CopyAs } from '../../app/Copy'
import { Fault } from '../../app/Fault'
import { Overtaken } from '../../app/Overtaken'
import { Page } from '../../app/Page'
import { PageFault } from '../../app/PageFault'
import { useAddress } from '../../app/useAddress'
import type { Begun } from '../divisions'
import { HOW } from './Handle'
import { PartForm } from './PartForm'
import { Preview, usePreview } from './Preview'
import { Templates } from './Templates'
import { KnownProvider, useAllKnown, useKnown } from './known'
import { begun as first, drafted, made, nameOf, type Rule } from './rule'
import { TreeProvider, useTelling } from './tree'

interface Definition {
  name: string
  label: string
  rule: Rule
  version: number
  rest: Record<string, unknown>
}

export function NewSegment() {
  return <WithKnown />
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
  return <WithKnown definition={found.data} />
}

function WithKnown({ definition }: { definition?: Definition }) {
  const { known, error, again } = useAllKnown()
  if (known)
    return (
      <KnownProvider value={known}>
        <Builder definition={definition} />
      </KnownProvider>
    )
  return error ? <PageFault fault={error} again={again} /> : <Skeleton active />
}

/** A segment as it is made or changed: its name, its rule as a form, and whom it would hold. */
function Builder({ definition }: { definition?: Definition }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { grammar } = useKnown()
  const begun: Begun = useSearch({ strict: false })
  const [label, setLabel] = useState(begun.label ?? definition?.label ?? '')
  const [typed, setTyped] = useState<string>()
  const begin = (rule?: Rule) => first(grammar, rule ?? definition?.rule)
  const { tree, said, undo, redo, put } = useTelling(() => begin(begun.rule))
  const { root } = tree
  const name = definition?.name ?? typed ?? nameOf(label)
  const rule = useMemo(() => made(root, grammar), [root, grammar])
  const preview = usePreview(rule, root)
  const isKept = useAddress(begun, { rule: drafted(root, grammar), label }, ({ rule, label }) => {
    put(begin(rule))
    setLabel(label ?? definition?.label ?? '')
  })
  const mine = { ...definition?.rest, name, label, rule: rule ?? {} }
  const [seen, see] = useState(definition?.version)
  const save = useMutation({
    mutationFn: (madeFrom: number | undefined) =>
      answer(
        client.PUT('/api/v1/segments/{name}', {
          params: { path: { name }, header: madeFrom === undefined ? undefined : { 'If-Match': `"${madeFrom}"` } },
          body: mine,
        }),
      ),
    onSuccess: async () => {
      void message.success(t('builder.saved'))
      await queries.invalidateQueries()
      await navigate({ to: '/segments/$name', params: { name } })
    },
  })
  const isOvertaken = save.error instanceof Problem && save.error.code === 'overtaken'
  return (
    <Page
      title={definition ? t('builder.edit', { name: definition.label || definition.name }) : t('segments.new')}
      actions={
        <>
          <CopyAs command="coterie segments preview -f RULE.yaml" call={`PUT /api/v1/segments/${name || 'NAME'} ${JSON.stringify({ name, label, rule })}`} />
          <Button type="primary" disabled={!rule || !name} loading={save.isPending} onClick={() => save.mutate(seen)}>
            {t('builder.save')}
          </Button>
        </>
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
            <Flex justify="space-between" align="center" style={{ marginBottom: 8 }}>
              <h2 style={{ fontSize: 16, margin: 0 }}>{t('builder.rule')}</h2>
              <Flex gap={4}>
                <Button type="text" icon={<UndoOutlined />} aria-label={t('rule.undo')} title={t('rule.undo')} disabled={!undo} onClick={() => undo?.()} />
                <Button type="text" icon={<RedoOutlined />} aria-label={t('rule.redo')} title={t('rule.redo')} disabled={!redo} onClick={() => redo?.()} />
              </Flex>
            </Flex>
            <TreeProvider value={{ ...tree, sizes: preview.sizes }}>
              <PartForm part={root} />
            </TreeProvider>
            <p id={HOW} hidden>
              {t('rule.move.how')}
            </p>
            <p role="status" className="unseen">
              {said}
            </p>
            {!isKept && <Typography.Text type="secondary">{t('builder.notKept')}</Typography.Text>}
          </Card>
          {save.isError && (
            <div style={{ marginTop: 12 }}>
              {isOvertaken ? (
                <Overtaken
                  kind="segment"
                  mine={mine}
                  keepMine={(version) => {
                    see(version)
                    save.mutate(version)
                  }}
                  takeTheirs={({ rule, label }, version) => {
                    see(version)
                    put(begin(rule as Rule))
                    setLabel(String(label ?? ''))
                    save.reset()
                  }}
                />
              ) : (
                <Fault fault={save.error} />
              )}
            </div>
          )}
          {!definition && (
            <Templates
              choose={(rule, called) => {
                put(first(grammar, rule))
                setLabel(called)
              }}
            />
          )}
        </Col>
        <Col xs={24} lg={9}>
          <Preview found={preview} isWhole={rule !== null} />
        </Col>
      </Row>
    </Page>
  )
}
