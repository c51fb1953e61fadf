/** Give what was asked for to the browser as a file to keep. */
export function save(name: string, said: string, kind: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([said], { type: kind }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
