import { CheckCircleTwoTone, CloseCircleTwoTone } from '@ant-design/icons'
import { Flex, Typography } from 'antd'
import { text, type Sentence } from '../api/client'
import { whole } from '../app/numbers'

/** A condition with the conditions in it, either of one person (`holds`) or of everybody (`size`). */
export interface Told {
  words: string | Sentence
  holds?: boolean | null
  value?: string | Sentence | null
  size?: number | null
  parts?: Told[]
}

export function Conditions({ condition, depth = 0 }: { condition: Told; depth?: number }) {
  const parts = condition.parts ?? []
  return (
    <div style={{ paddingInlineStart: depth ? 20 : 0 }}>
      <Flex gap={8} justify="space-between">
        <span>
          {condition.holds === true && <CheckCircleTwoTone twoToneColor="#2f9e44" aria-label="✓" />}
          {condition.holds === false && <CloseCircleTwoTone twoToneColor="#e03131" aria-label="✗" />} {text(condition.words)}
          {condition.value ? <Typography.Text type="secondary">{` (${text(condition.value)})`}</Typography.Text> : null}
        </span>
        {condition.size !== undefined && condition.size !== null && (
          <Typography.Text strong style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
            {whole(condition.size)}
          </Typography.Text>
        )}
      </Flex>
      {parts.map((each, place) => (
        <Conditions key={place} condition={each} depth={depth + 1} />
      ))}
    </div>
  )
}
