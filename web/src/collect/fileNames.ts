const LONGEST = 80

/** A file's name as the interface takes it: letters and digits of any script; what else people put into names becomes `_`. */
export function plainName(name: string): string {
  const plain = name.normalize('NFC').replace(/[^\p{L}\p{N}_ .()-]/gu, '_').replace(/^[^\p{L}\p{N}_]+/u, '') || 'file'
  const dot = plain.lastIndexOf('.')
  const ending = dot > 0 ? plain.slice(dot) : ''
  return plain.length > LONGEST ? plain.slice(0, LONGEST - ending.length) + ending : plain
}
