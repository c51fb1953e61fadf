import { useEffect, useRef, useState } from 'react'

/** How wide the place of a picture is, so that its letters keep their size on every screen. */
export function useWidth() {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const here = place.current
    if (!here) return
    const watched = new ResizeObserver(() => setWidth(here.clientWidth))
    watched.observe(here)
    return () => watched.disconnect()
  }, [])
  return { place, width }
}
