const PLAIN = /^[A-Za-z_][\w .@/()-]*$/
const WORDS = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n'])

const scalar = (value: unknown): string => {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null'
  return PLAIN.test(value) && !value.endsWith(' ') && !WORDS.has(value.toLowerCase()) ? value : JSON.stringify(value)
}

const isMade = (value: unknown): value is object => typeof value === 'object' && value !== null && Object.keys(value).length > 0

/** A value as YAML that reads back to the same value. */
export function yamlOf(value: unknown, indent = ''): string {
  if (!isMade(value)) return `${indent}${scalar(value)}\n`
  if (Array.isArray(value))
    return value.map((each) => (isMade(each) ? `${indent}- ${yamlOf(each, `${indent}  `).slice(indent.length + 2)}` : `${indent}- ${scalar(each)}\n`)).join('')
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => (isMade(each) ? `${indent}${scalar(key)}:\n${yamlOf(each, `${indent}  `)}` : `${indent}${scalar(key)}: ${scalar(each)}\n`))
    .join('')
}
