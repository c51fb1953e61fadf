import { CheckOutlined, CloseOutlined, ExclamationOutlined, SyncOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import type { ReactNode } from 'react'

const LOOKS = {
  good: { color: 'green', icon: <CheckOutlined /> },
  bad: { color: 'red', icon: <CloseOutlined /> },
  doubtful: { color: 'gold', icon: <ExclamationOutlined /> },
  busy: { color: 'blue', icon: <SyncOutlined /> },
  plain: { color: 'default', icon: undefined },
} as const

export type Look = keyof typeof LOOKS

const LOOKS_OF: Readonly<Record<string, Look>> = {
  better: 'good',
  credible: 'good',
  done: 'good',
  good: 'good',
  met: 'good',
  sent: 'good',
  bad: 'bad',
  failed: 'bad',
  missed: 'bad',
  'not credible': 'bad',
  poor: 'bad',
  worse: 'bad',
  draining: 'doubtful',
  fair: 'doubtful',
  held: 'doubtful',
  indicative: 'doubtful',
  look: 'doubtful',
  open: 'doubtful',
  paused: 'doubtful',
  unknown: 'doubtful',
  queued: 'busy',
  scheduled: 'busy',
  running: 'busy',
  sending: 'busy',
}

/** How a state, a verdict or a finding looks, by the API's word for it; a word that is not listed looks plain. */
export function lookOf(word: string): Look {
  return LOOKS_OF[word] ?? 'plain'
}

/** How something stands: by its words and a sign, never by its colour alone. */
export function State({ is, children }: { is: Look; children: ReactNode }) {
  return (
    <Tag color={LOOKS[is].color} icon={LOOKS[is].icon}>
      {children}
    </Tag>
  )
}
