import { Typography } from 'antd'
import { yamlOf } from './yaml'
import type { Body } from './steps'

/** A journey as a file of definitions holds it. */
export function WrittenAs({ name, body }: { name: string; body: Body }) {
  const said = yamlOf({ journeys: [{ name, ...body }] })
  return (
    <Typography.Paragraph copyable={{ text: said }}>
      <pre style={{ margin: 0, overflow: 'auto', maxHeight: 520 }} tabIndex={0}>
        {said}
      </pre>
    </Typography.Paragraph>
  )
}
