import { Link } from '@tanstack/react-router'
import { Card, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { Intervals } from '../app/Intervals'
import { day, decimal, share } from '../app/numbers'

/** What is expected of somebody, with its range and the model it is of. */
export function Scores({ scores }: { scores: Record<string, Schemas['Score']> }) {
  const { t } = useTranslation()
  const known = Object.entries(scores)
  if (!known.length) return null
  return (
    <Card title={t('person.scores')} size="small" style={{ marginBottom: 16 }}>
      {known.map(([name, { model, value, low, high, as_of }]) => {
        const told = name.startsWith('p_') ? share : decimal
        const range = low === null || high === null ? '' : ` (${told(low)} … ${told(high)})`
        return (
          <div key={name}>
            <Intervals
              from={0}
              rows={[
                {
                  label: t(`person.scored.${name}`, { defaultValue: name }),
                  span: value === null ? null : { low: low ?? value, value, high: high ?? value },
                  words: value === null ? '–' : `${told(value)}${range}`,
                },
              ]}
            />
            <Typography.Text type="secondary">
              <Link to="/predictions/$name" params={{ name: text(model) }}>
                {t(`models.names.${text(model)}`, { defaultValue: text(model) })}
              </Link>{' '}
              {t('home.asOf', { at: day(as_of) })}
            </Typography.Text>
          </div>
        )
      })}
    </Card>
  )
}
