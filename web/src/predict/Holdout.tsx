import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { Bars } from '../app/Bars'
import { Figure } from '../app/Figure'
import { Lines } from '../app/Lines'
import { decimal, share, whole } from '../app/numbers'

type Told = Schemas['ModelExplained']
type Tested = Schemas['Holdout']

const right = { align: 'right' as const }

/** How the model did on weeks that it had not seen: over time, by tenth of the customers, and beside simple rules. */
export function Holdout({ model, told }: { model: Schemas['LifetimeValueModel']; told: Told }) {
  const { t } = useTranslation()
  const tested = model.holdout
  if (!('tracking' in tested)) return <Alert type="info" showIcon title={told.how_sure.map(text).join(' ')} style={{ marginBottom: 16 }} />
  return (
    <>
      <Figure
        title={t('models.sure')}
        words={told.how_sure.map(text)}
        rows={told.forecasts}
        columns={[
          { title: t('models.forecast'), dataIndex: 'forecast', render: text },
          { title: t('models.mae'), dataIndex: 'mean_absolute_error', ...right, render: decimal },
          { title: t('models.rmse'), dataIndex: 'root_mean_squared_error', ...right, render: decimal },
          { title: t('models.correlation'), dataIndex: 'correlation', ...right, render: (n: number | null) => (n === null ? '–' : decimal(n)) },
          { title: t('models.bias'), dataIndex: 'bias', ...right, render: (n: number | null) => (n === null ? '–' : share(n)) },
        ]}
      >
        <Bars
          label={t('models.rmse')}
          bars={told.forecasts.map((row) => ({
            key: text(row.forecast),
            label: text(row.forecast),
            value: row.root_mean_squared_error,
            said: t('models.off', { n: decimal(row.root_mean_squared_error) }),
          }))}
        />
      </Figure>
      <Tracking tested={tested} told={told} />
      <Deciles tested={tested} told={told} />
    </>
  )
}

function Tracking({ tested, told }: { tested: Tested; told: Told }) {
  const { t } = useTranslation()
  const weeks = tested.tracking
  // From the last week that the model had seen on.
  const foretold = weeks.filter((each) => typeof each.cumulative_foretold === 'number')
  if (!foretold.length) return null
  const title = t('models.tracking')
  return (
    <Figure
      title={title}
      words={told.tracking.map(text)}
      rows={weeks}
      columns={[
        { title: t('models.week'), dataIndex: 'week', ...right },
        { title: t('models.seen'), dataIndex: 'cumulative_actual', ...right, render: whole },
        { title: t('models.expected'), dataIndex: 'cumulative_foretold', ...right, render: (n: number | null) => (n === null ? '–' : whole(Math.round(n))) },
      ]}
    >
      <Lines
        label={title}
        series={[
          { name: t('models.seen'), points: weeks.map((each) => ({ x: each.week, y: each.cumulative_actual })) },
          { name: t('models.expected'), points: foretold.map((each) => ({ x: each.week, y: each.cumulative_foretold ?? 0 })) },
        ]}
        x={String}
        y={whole}
        xTitle={t('models.week')}
        mark={foretold[0]?.week}
      />
    </Figure>
  )
}

function Deciles({ tested, told }: { tested: Tested; told: Told }) {
  const { t } = useTranslation()
  if (!tested.deciles.length) return null
  const columns = [
    { title: t('models.tenth'), dataIndex: 'decile', ...right },
    { title: t('home.profiles'), dataIndex: 'customers', ...right, render: whole },
    { title: t('models.predicted'), dataIndex: 'predicted', ...right, render: decimal },
    { title: t('models.actual'), dataIndex: 'actual', ...right, render: decimal },
  ]
  return (
    <>
      <Figure title={t('models.deciles')} words={[...told.deciles.map(text), t('models.mark')]} rows={tested.deciles} columns={columns}>
        <Bars
          label={t('models.deciles')}
          bars={tested.deciles.map((each) => ({
            key: String(each.decile),
            label: each.decile,
            value: each.actual,
            mark: each.predicted,
            said: t('models.beside', { actual: decimal(each.actual), predicted: decimal(each.predicted) }),
          }))}
        />
      </Figure>
      <Figure title={t('models.calibration')} words={[t('models.diagonal')]} rows={tested.deciles} columns={columns}>
        <Lines
          label={t('models.calibration')}
          series={[{ name: t('models.deciles'), isDots: true, points: tested.deciles.map((each) => ({ x: each.predicted, y: each.actual })) }]}
          x={decimal}
          y={decimal}
          xTitle={t('models.predicted')}
          isSquare
        />
      </Figure>
    </>
  )
}
