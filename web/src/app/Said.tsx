/** A sentence in which what stands between backticks is to be typed. */
export function Said({ words }: { words: string }) {
  return (
    <>
      {words.split('`').map((part, place) => (place % 2 ? <code key={place}>{part}</code> : part))}
    </>
  )
}
