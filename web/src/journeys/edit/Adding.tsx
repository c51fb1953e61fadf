import { Button, Typography } from 'antd'
import { useEffect, useRef } from 'react'
import type { StepGrammar, StepWord } from '../steps'

/** What can be added to a journey, each with what it does. */
export function Adding({ grammar, choose }: { grammar: StepGrammar; choose: (word: StepWord) => void }) {
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => list.current?.querySelector('button')?.focus(), [])
  return (
    <ul ref={list} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {[...grammar.words.values()].map((word) => (
        <li key={word.op} style={{ marginBottom: 10 }}>
          <Button onClick={() => choose(word)}>{word.title}</Button>
          <Typography.Text type="secondary" style={{ display: 'block' }}>
            {word.about}
          </Typography.Text>
        </li>
      ))}
    </ul>
  )
}
