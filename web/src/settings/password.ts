/** Letters and digits that are not mistaken for each other when they are read out. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** Four groups of five, about 116 bits. */
export function newPassword(): string {
  return Array.from({ length: 4 }, () =>
    Array.from({ length: 5 }, () => ALPHABET[below(ALPHABET.length)]).join(''),
  ).join('-')
}

/** A random number below `limit`, each as likely as the others. */
function below(limit: number): number {
  const fair = 256 - (256 % limit)
  for (;;) {
    const [byte = fair] = crypto.getRandomValues(new Uint8Array(1))
    if (byte < fair) return byte % limit
  }
}
