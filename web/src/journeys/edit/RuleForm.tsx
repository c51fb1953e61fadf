import { useEffect, useRef } from 'react'
import { PartForm } from '../../segment/builder/PartForm'
import { useKnown } from '../../segment/builder/known'
import { begun, drafted, type Rule } from '../../segment/builder/rule'
import { TreeProvider, useTelling } from '../../segment/builder/tree'

const NO_SIZES: ReadonlyMap<number, number> = new Map()

/** A rule as the builder of segments draws it. */
export function RuleForm({ rule, change }: { rule?: Rule; change: (rule: Rule) => void }) {
  const { grammar } = useKnown()
  const { tree, said, put } = useTelling(() => begun(grammar, rule))
  const { root } = tree
  const known = useRef({ root, written: JSON.stringify(rule) })
  const act = useRef(change)
  useEffect(() => {
    act.current = change
  })
  useEffect(() => {
    if (known.current.root === root) return
    const made = drafted(root, grammar)
    known.current = { root, written: JSON.stringify(made) }
    act.current(made)
  }, [root, grammar])
  const written = JSON.stringify(rule)
  useEffect(() => {
    if (known.current.written === written) return
    const other = begun(grammar, rule)
    known.current = { root: other, written }
    put(other)
  }, [written, rule, grammar, put])
  return (
    <>
      <TreeProvider value={{ ...tree, sizes: NO_SIZES }}>
        <PartForm part={root} />
      </TreeProvider>
      <p role="status" className="unseen">
        {said}
      </p>
    </>
  )
}
