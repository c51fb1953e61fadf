import { CheckOutlined, CloseOutlined, ExclamationOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import type { ReactNode } from 'react'

const LOOKS = {
  good: { color: 'green', icon: <CheckOutlined /> },
  bad: { color: 'red', icon: <CloseOutlined /> },
  doubtful: { color: 'gold', icon: <ExclamationOutlined /> },
  plain: { color: 'default', icon: undefined },
} as const

export type Look = keyof typeof LOOKS

/** How something stands: by its words and a sign, never by its colour alone. */
export function State({ is, children }: { is: Look; children: ReactNode }) {
  return (
    <Tag color={LOOKS[is].color} icon={LOOKS[is].icon}>
      {children}
    </Tag>
  )
}
