import { useQuery } from '@tanstack/react-query'
import { Card, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Intervals } from '../app/Intervals'
import { lookOf, State } from '../app/State'
import { money, whole } from '../app/numbers'
import { isEstimate } from './results'


/** What campaigns did that were sent before, without a holdout: by type, as far as that can be told. */
export function PastCampaigns() {
  const { t, i18n } = useTranslation()
  const found = useQuery({
    queryKey: ['past', i18n.language],
    staleTime: 60_000,
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/campaigns/past')),
  })
  const groups = Object.entries(found.data ?? {})
  if (found.isPending) return <Skeleton active style={{ marginTop: 24 }} />
  if (!groups.length) return null
  return (
    <section>
      <Flex justify="space-between" align="center" wrap gap={8} style={{ margin: '24px 0 12px' }}>
        <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>
          {t('past.title')}
        </Typography.Title>
        <CopyAs command="coterie campaigns past" call="GET /api/v1/campaigns/past" />
      </Flex>
      <Typography.Paragraph type="secondary">{t('past.about')}</Typography.Paragraph>
      <Flex vertical gap={12}>
        {groups.map(([group, { comparison, sentences }]) => {
          const unit = text(comparison.unit)
          const matched = comparison.matched
          return (
            <Card
              key={group}
              size="small"
              title={group}
              extra={<State is={lookOf(comparison.verdict)}>{t(`past.verdict.${comparison.verdict}`)}</State>}
            >
              <Typography.Paragraph>{text(sentences[0])}</Typography.Paragraph>
              {isEstimate(matched) && (
                <Intervals
                  rows={[
                    {
                      label: t('past.perContact'),
                      span: matched,
                      words: `${money(matched.value, unit)} (${money(matched.low, unit)} … ${money(matched.high, unit)})`,
                      isQuiet: matched.low <= 0 && matched.high >= 0,
                    },
                  ]}
                />
              )}
              <details>
                <summary>{t('past.how', { contacts: whole(comparison.contacts), controls: whole(comparison.controls) })}</summary>
                <ul style={{ paddingInlineStart: 20, marginBottom: 0 }}>
                  {sentences.slice(1).map((each, place) => (
                    <li key={place}>{text(each)}</li>
                  ))}
                </ul>
              </details>
            </Card>
          )
        })}
      </Flex>
    </section>
  )
}
