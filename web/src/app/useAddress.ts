import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useQuiet } from './quiet'

/** Beyond this an address is refused on its way. */
const LONGEST_ADDRESS = 6_000

/**
 * Keeps a draft in the address, so that it outlives a reload and can be sent to others; false where it is too long for that.
 * `begun` is what the address says, and `come` takes over one that did not come from here.
 */
export function useAddress<Begun extends object>(begun: Begun, draft: Begun, come: (begun: Begun) => void): boolean {
  const navigate = useNavigate()
  const written = JSON.stringify(draft)
  const quiet = useQuiet(written, 500)
  // One address may still be on its way when the next is written: each that is our own is known when it arrives.
  const own = useRef(new Set([JSON.stringify(begun)]))
  const untouched = useRef(written)
  useEffect(() => {
    if ((quiet === untouched.current && own.current.size === 1) || quiet.length >= LONGEST_ADDRESS) return
    own.current.add(quiet)
    void navigate({ to: '.', search: JSON.parse(quiet) as never, replace: true, resetScroll: false })
  }, [quiet, navigate])
  const address = JSON.stringify(begun)
  const arrive = useRef(come)
  useEffect(() => {
    arrive.current = come
  })
  useEffect(() => {
    if (own.current.has(address)) return
    own.current.add(address)
    arrive.current(JSON.parse(address) as Begun)
  }, [address])
  return written.length < LONGEST_ADDRESS
}
