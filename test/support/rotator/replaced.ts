/** A port that is the given one but for some of its methods. */
export function replaced<T extends object>(port: T, methods: Partial<T>): T {
  return new Proxy(port, {
    get(target, key): unknown {
      if (key in methods) return methods[key as keyof T];
      const found: unknown = Reflect.get(target, key);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
}
