/** An object as it is, but for some of its methods. A proxy and not a copy, since a class instance keeps state a copy would not share. */
export function withOverrides<T extends object>(target: T, overrides: Partial<T>): T {
  return new Proxy(target, {
    get(inner, name) {
      const own = Reflect.get(overrides, name) as unknown
      if (own !== undefined) return own
      const value = Reflect.get(inner, name, inner) as unknown
      return typeof value === 'function' ? value.bind(inner) : value
    },
  })
}
