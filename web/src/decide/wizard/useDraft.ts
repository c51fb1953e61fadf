import { useCallback, useEffect, useState } from 'react'
import { placeOf, type Draft } from './draft'

function read(place: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(place) ?? 'null') as Draft | null
  } catch {
    return null
  }
}

/** A draft that outlasts reloads: kept on this device with every change, until it is saved or given up. */
export function useDraft(name: string | null, begin: () => Draft) {
  const place = placeOf(name)
  const [draft, set] = useState<Draft>(() => read(place) ?? begin())
  const [isTouched, touch] = useState(() => read(place) !== null)
  useEffect(() => {
    if (isTouched) localStorage.setItem(place, JSON.stringify(draft))
  }, [draft, isTouched, place])
  const change = useCallback((changed: Draft) => {
    touch(true)
    set(changed)
  }, [])
  const drop = useCallback(() => {
    touch(false)
    localStorage.removeItem(place)
  }, [place])
  return { draft, change, drop, isTouched }
}
