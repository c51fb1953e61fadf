import { Table as Plain, type TableProps } from 'antd'
import { useEffect, useRef } from 'react'

/** A table that scrolls sideways within itself where it is too wide, by keyboard too. */
export function Table<Row extends object>(props: TableProps<Row>) {
  const around = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const scrolled = around.current?.querySelector<HTMLElement>('.ant-table-content')
    if (!scrolled) return undefined
    const seen = new ResizeObserver(() => {
      scrolled.tabIndex = scrolled.scrollWidth > scrolled.clientWidth ? 0 : -1
    })
    seen.observe(scrolled)
    return () => seen.disconnect()
  })
  return (
    <div ref={around}>
      <Plain<Row> pagination={false} scroll={{ x: true }} {...props} />
    </div>
  )
}
