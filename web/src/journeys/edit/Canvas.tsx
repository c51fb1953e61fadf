import { PlusOutlined, RedoOutlined, UndoOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Alert, App, Button, Card, Col, Flex, Form, Input, Row, Typography } from 'antd'
import { useEffect, useReducer, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client } from '../../api/client'
import { CopyAs } from '../../app/Copy'
import { dropDraft, keepDraft } from '../../app/draft'
import { Fault } from '../../app/Fault'
import { Overtaken } from '../../app/Overtaken'
import { Page } from '../../app/Page'
import { HOW } from '../../segment/builder/Handle'
import { told, type Story } from '../../segment/builder/telling'
import { WrittenAs } from '../WrittenAs'
import { Drawing } from '../drawn/Drawing'
import type { Gap } from '../drawn/layout'
import { entryInFew, turnInFew, wordsOf } from '../saying'
import { found, put, taken, type Body, type Path, type StepGrammar } from '../steps'
import { Adding } from './Adding'
import { EntryForm } from './EntryForm'
import { StepBar, KEYS } from './StepBar'
import { StepForm } from './StepForm'
import { WrongProvider, isWithin, wrongIn } from './faults'
import { blankStep, freshId, inserted, moved, removed, type Done, type Way } from './editing'
import { useChecked, written } from './useChecked'

const ENTRY: Path = ['entry']

type Place = Pick<Gap, 'list' | 'at'>
const isAt = (one: Place | undefined, other: Place) => one?.at === other.at && one.list.join() === other.list.join()

interface Shape {
  begin: Body
  version?: number
  /** The version that what is written began from; older than `version` where a draft outlived a change. */
  seenBefore?: number
  /** Under which key what is written is kept until it is saved. */
  draft: string
  /** Drops what was kept before; absent where nothing was. */
  anew?: () => void
  grammar: StepGrammar
}

/** A journey as it is drawn: its tree with a plus on every line, the form of what is chosen in it, and the same as YAML. */
export function Canvas({ begin, version, seenBefore, draft, anew, grammar }: Shape) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [story, act] = useReducer(told<Body>, null, (): Story<Body> => ({ now: begin, past: [], future: [], at: 0 }))
  const body = story.now
  const [chosen, setChosen] = useState<Path>(ENTRY)
  const [adding, add] = useState<Place>()
  const choose = (path: Path) => {
    add(undefined)
    setChosen(path)
  }
  const [said, say] = useState('')
  const [seen, see] = useState(seenBefore)
  const focused = useRef<Path | null>(null)
  const wrong = useChecked(body, grammar)
  const [refusedAt, refuse] = useState<Body>()
  useEffect(() => {
    if (!focused.current) return
    document.querySelector<HTMLElement>(`[data-path="${focused.current.join()}"]`)?.focus()
    focused.current = null
  }, [body])
  useEffect(() => {
    if (body !== begin) keepDraft(draft, { body, version: seen })
  }, [body, begin, draft, seen])
  const change = (to: Body, isTyped = true) => act({ to, isTyped, at: Date.now() })
  const go = (done: Done | null, words: string) => {
    if (!done) return say(t('journeys.edit.stays'))
    focused.current = done.path
    change(done.body, false)
    choose(done.path)
    say(words)
  }
  const name = String(body.name ?? '')
  const mine = { ...written(body, grammar), name }
  const save = useMutation({
    mutationFn: (madeFrom: number | undefined) =>
      answer(
        client.PUT('/api/v1/definitions/{kind}/{name}', {
          params: { path: { kind: 'journey', name }, header: madeFrom === undefined ? undefined : { 'If-Match': `"${madeFrom}"` } },
          body: mine,
        }),
      ),
    onError: () => refuse(body),
    onSuccess: async () => {
      dropDraft(draft)
      void message.success(t('builder.saved'))
      await queries.invalidateQueries()
      await navigate({ to: '/journeys/$name', params: { name } })
    },
  })
  const isOvertaken = save.error instanceof Problem && save.error.code === 'overtaken'
  const refused = save.error instanceof Problem && save.error.status === 422 ? wrongIn(save.error, mine, grammar) : []
  const same = (path: Path) => JSON.stringify(found(body, path)) === JSON.stringify(found(refusedAt, path))
  const faults = wrong.length ? wrong : refused.filter((each) => same(each.path))
  const words = wordsOf(grammar)
  const step = found(body, chosen) as Body | undefined
  const isStep = chosen.length > 1 && step?.op !== undefined
  const move = (path: Path, way: Way) => go(moved(body, path, way, grammar), t('journeys.edit.moved'))
  const remove = (path: Path) => {
    change(removed(body, path), false)
    choose(ENTRY)
    say(t('journeys.edit.removed'))
  }
  const press = (path: Path, event: KeyboardEvent) => {
    const way = KEYS[event.key]
    if (!way && event.key !== 'Delete') return
    event.preventDefault()
    if (way) move(path, way)
    else remove(path)
  }
  const again = (what: 'undo' | 'redo') => {
    act(what)
    choose(ENTRY)
    say(t(`rule.said.${what}`))
  }
  const elsewhere = faults.filter((each) => !each.path.length || ['name', 'steps'].includes(each.path.join()))
  return (
    <Page
      title={version === undefined ? t('journeys.new') : t('journeys.edit.title', { name })}
      actions={
        <>
          <CopyAs command="coterie apply FILE" call={`PUT /api/v1/definitions/journey/${name || 'NAME'}`} />
          <Button type="primary" disabled={!name} loading={save.isPending} onClick={() => save.mutate(seen)}>
            {t('builder.save')}
          </Button>
        </>
      }
    >
      {anew && (
        <Alert type="info" showIcon title={t('journeys.edit.kept')} action={<Button onClick={anew}>{t('journeys.edit.dropDraft')}</Button>} style={{ marginBottom: 12 }} />
      )}
      {save.isError && !refused.length && (
        <div style={{ marginBottom: 12 }}>
          {isOvertaken ? (
            <Overtaken
              kind="journey"
              mine={mine}
              keepMine={(newest) => {
                see(newest)
                save.mutate(newest)
              }}
              takeTheirs={(theirs, newest) => {
                see(newest)
                choose(ENTRY)
                change(taken({ ...theirs, name }, grammar), false)
                save.reset()
              }}
            />
          ) : (
            <Fault fault={save.error} />
          )}
        </div>
      )}
      <Flex gap={8} align="flex-end" wrap style={{ marginBottom: 12 }}>
        <Form layout="vertical" component="div" style={{ flex: '0 1 320px' }}>
          <Form.Item label={t('builder.name')} htmlFor="name" extra={version === undefined && t('builder.nameHint')} style={{ marginBottom: 0 }}>
            <Input id="name" value={name} disabled={version !== undefined} maxLength={60} onChange={(event) => change({ ...body, name: event.target.value })} />
          </Form.Item>
        </Form>
        <Button type="text" icon={<UndoOutlined />} aria-label={t('rule.undo')} title={t('rule.undo')} disabled={!story.past.length} onClick={() => again('undo')} />
        <Button type="text" icon={<RedoOutlined />} aria-label={t('rule.redo')} title={t('rule.redo')} disabled={!story.future.length} onClick={() => again('redo')} />
      </Flex>
      {elsewhere.map((each) => (
        <Alert key={each.said} type="error" showIcon title={each.said} style={{ marginBottom: 12 }} />
      ))}
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={14}>
          <Drawing
            label={t('journeys.section.drawing')}
            steps={(body.steps ?? []) as Body[]}
            grammar={grammar}
            entry={entryInFew(body.entry, t)}
            chooseEntry={() => choose(ENTRY)}
            words={words}
            under={(each) => String(each.id)}
            turn={(each, way) => turnInFew(each, way, t)}
            chosen={chosen}
            choose={choose}
            isWrong={(path) => faults.some((each) => isWithin(each.path, path))}
            press={press}
            gap={(gap) => (
              <Button
                size="small"
                shape="circle"
                type={isAt(adding, gap) ? 'primary' : 'default'}
                icon={<PlusOutlined />}
                aria-label={t('journeys.edit.addAt', { list: gap.list.join('.'), n: gap.at + 1 })}
                onClick={() => add(isAt(adding, gap) ? undefined : gap)}
              />
            )}
          />
          <Typography.Text type="secondary" style={{ display: 'block', marginTop: 8 }}>
            {t('journeys.edit.keys')}
          </Typography.Text>
        </Col>
        <Col xs={24} lg={10}>
          <WrongProvider value={faults}>
            <Card
              size="small"
              title={<h2 style={{ fontSize: 16, margin: 0, whiteSpace: 'normal' }}>{adding ? t('journeys.edit.which') : isStep ? words(step) : t('journeys.edit.entry')}</h2>}
              style={{ marginBottom: 16 }}
            >
              {adding ? (
                <Adding grammar={grammar} choose={(word) => go(inserted(body, adding.list, adding.at, blankStep(word, freshId(body, word.op, grammar), grammar)), t('journeys.edit.added'))} />
              ) : isStep ? (
                <>
                  <StepBar can={(way) => moved(body, chosen, way, grammar) !== null} move={(way) => move(chosen, way)} remove={() => remove(chosen)} />
                  <StepForm key={chosen.join()} step={step} path={chosen} body={body} grammar={grammar} change={(to) => change(put(body, chosen, to))} />
                </>
              ) : (
                <EntryForm body={body} grammar={grammar} change={change} />
              )}
            </Card>
          </WrongProvider>
          <details open>
            <summary style={{ cursor: 'pointer', marginBottom: 8 }}>{t('journeys.section.written')}</summary>
            <WrittenAs name={name} body={mine} />
          </details>
        </Col>
      </Row>
      <p id={HOW} hidden>
        {t('rule.move.how')}
      </p>
      <p role="status" className="unseen">
        {said}
      </p>
    </Page>
  )
}
