/**
 * Reads the wire's JSON. ClearML writes NaN and the infinities bare, which `JSON.parse` refuses;
 * they become null, which every page shows as "no value".
 */
export function parseWireJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return JSON.parse(withoutBareNumbers(text))
  }
}

/** Matches whole strings first, so that the words inside a string are left alone. */
const STRING_OR_BARE = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g

function withoutBareNumbers(text: string): string {
  return text.replace(STRING_OR_BARE, (token) => (token.startsWith('"') ? token : 'null'))
}
