import { CloseOutlined } from '@ant-design/icons'
import { Button, Card, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { Bars } from '../app/Bars'
import { State } from '../app/State'
import { decimal } from '../app/numbers'
import { PRINCIPLES } from './names'

interface Shape {
  score: Schemas['ChannelScore']
  names: { segment: (key: string) => string; channel: (key: string) => string }
  close: () => void
}

/** Why one channel suits one segment as it does. */
export function ChosenScore({ score, names, close }: Shape) {
  const { t } = useTranslation()
  const title = t('channels.chosen', { segment: names.segment(text(score.segment)), channel: names.channel(text(score.channel)), score: decimal(score.score ?? 0) })
  return (
    <Card
      size="small"
      title={<h2 style={{ fontSize: 16, margin: 0, whiteSpace: 'normal' }}>{title}</h2>}
      extra={<Button type="text" icon={<CloseOutlined />} aria-label={t('segmentations.close')} onClick={close} />}
      style={{ marginBottom: 16 }}
    >
      <State is={score.evidence === 'observed' ? 'good' : 'plain'}>{t(`channels.evidences.${text(score.evidence)}`)}</State>
      <div style={{ margin: '8px 0', maxWidth: 560 }}>
        <Bars
          label={title}
          bars={PRINCIPLES.map((each) => ({
            key: each,
            label: t(`channels.principles.${each}`),
            value: score[each] ?? 0,
            said: score[each] === null ? t('channels.unknown') : decimal(score[each]),
            high: 1,
          }))}
        />
      </div>
      {text(score.reasons)
        .split('\n')
        .map((reason) => (
          <Typography.Paragraph key={reason} style={{ marginBottom: 4 }}>
            {reason}
          </Typography.Paragraph>
        ))}
    </Card>
  )
}
