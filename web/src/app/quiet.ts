import { useEffect, useState } from 'react'

/** `value` once it was left alone for a while: what is typed is not asked for letter by letter. */
export function useQuiet<T>(value: T, milliseconds = 300): T {
  const [kept, keep] = useState(value)
  const written = JSON.stringify(value)
  useEffect(() => {
    const timer = setTimeout(() => keep(JSON.parse(written) as T), milliseconds)
    return () => clearTimeout(timer)
  }, [written, milliseconds])
  return kept
}
