/** JSON whose shape is not known. */
export type Tree = Record<string, unknown>

/** The value at a dotted path; undefined when there is none. */
export function atPath(tree: Tree, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => own(asTree(value), key), tree)
}

/** A copy of the tree with another value at a dotted path. */
export function withPath(tree: Tree, path: string, value: unknown): Tree {
  const [key = '', ...rest] = path.split('.')
  const below = rest.length === 0 ? value : withPath(asTree(own(tree, key)), rest.join('.'), value)
  return { ...tree, [key]: below }
}

function own(tree: Tree, key: string): unknown {
  return Object.hasOwn(tree, key) ? tree[key] : undefined
}

/** The value when it is a tree, otherwise an empty one. */
export function asTree(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {}
}
