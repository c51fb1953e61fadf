import { AutoComplete, type AutoCompleteProps } from 'antd'
import { useRef, useState, type KeyboardEvent } from 'react'

/** Tab goes on to the next field; the lists of the library would take it for a choice and put another value for what was typed. */
export function leave(event: KeyboardEvent) {
  if (event.key === 'Tab') event.stopPropagation()
}

/** Text with a list of what it may be. Enter and Tab leave what was typed as it is, unless something was gone to in the list by arrows. */
export function FreeText<Choice extends { value: string }>(props: AutoCompleteProps<string, Choice>) {
  const [isOpen, setOpen] = useState(false)
  const isGoneTo = useRef(false)
  const pressed = (event: KeyboardEvent) => {
    leave(event)
    if (event.key.startsWith('Arrow')) isGoneTo.current = true
    else if (event.key !== 'Enter') isGoneTo.current = false
    else if (!isGoneTo.current) {
      event.stopPropagation() // the library would put the first that begins so in its place
      setOpen(false)
    }
  }
  return (
    <div style={{ display: 'contents' }} onKeyDownCapture={pressed}>
      <AutoComplete<string, Choice> defaultActiveFirstOption={false} open={isOpen} onOpenChange={setOpen} {...props} />
    </div>
  )
}
