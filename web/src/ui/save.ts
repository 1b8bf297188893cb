/** Hands a text, or a long one in parts, to the browser as a file to keep. */
export function saveText(name: string, text: string | string[], type: string): void {
  const address = URL.createObjectURL(new Blob([text].flat(), { type: `${type};charset=utf-8` }))
  saveAddress(name, address)
  // The browser has begun to read it once the click was handled.
  setTimeout(() => URL.revokeObjectURL(address), 0)
}

/** Hands what is at an address of the page itself, such as a data URL, to the browser as a file to keep. */
export function saveAddress(name: string, address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name.replace(/[/\\?%*:|"<>]/g, '_')
  link.click()
}
