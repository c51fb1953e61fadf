import { Card, Col, Row, Typography } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { Part } from '../app/Part'
import { share, whole } from '../app/numbers'
import { Drawing } from './drawn/Drawing'
import type { Shown } from './queries'
import { entryInFew, turnInFew, wordsOf } from './saying'
import { taken, type Body, type Path, type StepGrammar } from './steps'

type Counted = Schemas['JourneyStep']

/** The tree of a journey with who waits at each step and which turns were taken, as they are now. */
export function Live({ shown, written, grammar }: { shown: Shown; written: Body; grammar: StepGrammar }) {
  const { t } = useTranslation()
  const body = useMemo(() => taken(written, grammar), [written, grammar])
  const counts = useMemo(() => new Map(shown.steps.map((each) => [text(each.step), each])), [shown.steps])
  const [chosen, choose] = useState<{ path: Path; step: Body }>()
  const inFew = wordsOf(grammar)
  const of = (step: Body) => counts.get(String(step.id))
  const turn = (step: Body, way: string) => {
    const counted = of(step)
    const times = counted?.turns.find((each) => text(each.turn) === way)?.times ?? 0
    const said = turnInFew(step, way, t)
    return counted?.passed ? t('journeys.took', { way: said, share: share(times / counted.passed) }) : said
  }
  const ended = shown.ended.find((each) => text(each.outcome) === 'end')?.people ?? 0
  const open = chosen && of(chosen.step)
  return (
    <Row gutter={[16, 16]}>
      <Col xs={24} lg={open ? 16 : 24}>
        <Drawing
          label={t('journeys.section.drawing')}
          steps={(body.steps ?? []) as Body[]}
          grammar={grammar}
          entry={entryInFew(body.entry, t)}
          end={t('journeys.ended', { n: whole(ended) })}
          words={(step) => text(of(step)?.words) || inFew(step)}
          under={(step) => {
            const counted = of(step)
            return counted && <Counts of={counted} />
          }}
          turn={turn}
          chosen={chosen?.path}
          choose={(path, step) => choose(chosen?.path.join() === path.join() ? undefined : { path, step })}
        />
      </Col>
      {open && chosen && (
        <Col xs={24} lg={8}>
          <Card size="small" title={<h2 style={{ fontSize: 16, margin: 0, whiteSpace: 'normal' }}>{text(open.words)}</h2>}>
            <p style={{ marginTop: 0 }}>
              <Typography.Text code>{text(open.step)}</Typography.Text> <Counts of={open} />
            </p>
            <Turns of={open} called={(way) => turnInFew(chosen.step, way, t)} />
          </Card>
        </Col>
      )}
    </Row>
  )
}

/** How many wait at a step and how many have passed it. */
export function Counts({ of }: { of: Counted }) {
  const { t } = useTranslation()
  return (
    <>
      {of.waiting > 0 && <strong>{t('journeys.wait', { count: of.waiting, n: whole(of.waiting) })} · </strong>}
      {t('journeys.passed', { count: of.passed, n: whole(of.passed) })}
    </>
  )
}

/** How often each turn was taken at a step, and its share. */
export function Turns({ of, called }: { of: Counted; called: (way: string) => string }) {
  const { t } = useTranslation()
  if (!of.turns.length) return <Typography.Text type="secondary">{t('journeys.noTurn')}</Typography.Text>
  return (
    <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {of.turns.map((each) => (
        <li key={text(each.turn)} style={{ display: 'flex', flexWrap: 'wrap', gap: 8, justifyContent: 'space-between' }}>
          <span>
            {called(text(each.turn))}: {whole(each.times)}
          </span>
          <Part of={of.passed ? each.times / of.passed : 0} />
        </li>
      ))}
    </ul>
  )
}
