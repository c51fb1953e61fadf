import { ArrowDownOutlined, ArrowLeftOutlined, ArrowRightOutlined, ArrowUpOutlined, DeleteOutlined, SwapOutlined } from '@ant-design/icons'
import { Button, Flex } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Way } from './editing'

const ICONS: Record<Way, ReactNode> = {
  up: <ArrowUpOutlined />,
  down: <ArrowDownOutlined />,
  in: <ArrowRightOutlined />,
  out: <ArrowLeftOutlined />,
  across: <SwapOutlined />,
}

export const KEYS: Record<string, Way> = { ArrowUp: 'up', ArrowDown: 'down', ArrowRight: 'in', ArrowLeft: 'out' }

/** How the chosen step is moved or taken away. */
export function StepBar({ can, move, remove }: { can: (way: Way) => boolean; move: (way: Way) => void; remove: () => void }) {
  const { t } = useTranslation()
  return (
    <Flex gap={4} wrap style={{ marginBottom: 12 }} role="toolbar" aria-label={t('journeys.edit.moving')}>
      {(Object.keys(ICONS) as Way[]).map((way) => (
        <Button key={way} icon={ICONS[way]} aria-label={t(`journeys.move.${way}`)} title={t(`journeys.move.${way}`)} disabled={!can(way)} onClick={() => move(way)} />
      ))}
      <Button danger icon={<DeleteOutlined />} aria-label={t('journeys.edit.removeStep')} title={t('journeys.edit.removeStep')} onClick={remove} />
    </Flex>
  )
}
