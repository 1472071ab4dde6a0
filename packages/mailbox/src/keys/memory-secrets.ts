import type { SecretStore } from './mail-keys.ts'

/** Gone with the process: what is sealed to keys that were kept here cannot be opened after it. */
export function memorySecrets(): SecretStore {
  const secrets = new Map<string, Uint8Array>()
  return {
    names: async () => [...secrets.keys()],
    get: async name => secrets.get(name)?.slice(),
    put: async (name, secret) => {
      secrets.set(name, Uint8Array.from(secret))
    },
    erase: async name => {
      secrets.get(name)?.fill(0)
      secrets.delete(name)
    },
  }
}
