export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly code: 'bad-option' | 'clearnet-address'
  readonly retryable = false

  constructor(
    message: string,
    { code = 'bad-option', ...options }: ErrorOptions & { code?: ConfigError['code'] } = {},
  ) {
    super(message, options)
    this.code = code
  }
}
