import { Form } from 'antd'
import type { ReactNode } from 'react'
import { Said } from '../../app/Said'
import type { Path } from '../steps'
import { useWrong } from './faults'

interface Shape {
  label: string
  path: Path
  hint?: string
  of?: string
  children: ReactNode
}

/** A field with what it is for, and what the program finds wrong in it. */
export function Field({ label, path, hint, of, children }: Shape) {
  const wrong = useWrong(path)
  return (
    <Form.Item label={label} htmlFor={of} validateStatus={wrong.length ? 'error' : undefined} help={wrong.length ? wrong.join(' ') : undefined} extra={hint && <Said words={hint} />} style={{ marginBottom: 14 }}>
      {children}
    </Form.Item>
  )
}
