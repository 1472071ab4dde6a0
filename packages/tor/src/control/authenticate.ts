import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { open } from 'node:fs/promises'
import { parseArguments } from '../core/arguments.ts'
import { TorError } from '../errors.ts'
import type { ControlConnection } from './connection.ts'

/** control-spec §3.24 */
const SERVER_KEY = 'Tor safe cookie authentication server-to-controller hash'
const CLIENT_KEY = 'Tor safe cookie authentication controller-to-server hash'
const COOKIE_BYTES = 32
const NONCE_BYTES = 32

/**
 * control-spec §3.5, §3.21, §3.24: with the password if one was given, else with the cookie, of which a port that does
 * not know it learns nothing where Tor has the safe way (since 2012).
 * @throws {TorError} `auth-refused`, `control-failed`
 */
export async function authenticate(control: ControlConnection, password: string | undefined): Promise<void> {
  const { methods, cookieFile } = await protocolInfo(control)
  if (password !== undefined && methods.has('HASHEDPASSWORD')) {
    return prove(control, Buffer.from(password, 'utf8'), 'password')
  }
  if (methods.has('SAFECOOKIE')) return withSafeCookie(control, await readCookie(cookieFile))
  if (methods.has('COOKIE')) return prove(control, await readCookie(cookieFile), 'cookie')
  if (methods.has('NULL')) return prove(control, new Uint8Array(), 'nothing')
  throw new TorError(
    'auth-refused',
    methods.has('HASHEDPASSWORD')
      ? 'the control port wants its password'
      : `the control port takes only ${[...methods].join(', ') || 'nothing'}; set CookieAuthentication 1 in its torrc`,
  )
}

async function protocolInfo(control: ControlConnection): Promise<{ methods: Set<string>; cookieFile?: string }> {
  const { lines } = await control.ask('PROTOCOLINFO 1')
  const auth = lines.find(({ text }) => text.startsWith('AUTH '))
  const { named } = parseArguments(auth?.text ?? '')
  return {
    methods: new Set((named.get('METHODS') ?? '').split(',').filter(Boolean)),
    cookieFile: named.get('COOKIEFILE'),
  }
}

/** Exactly a cookie, so that a port that is not Tor's cannot have us read it something else: control-spec §3.5. */
async function readCookie(path: string | undefined): Promise<Uint8Array> {
  if (path === undefined) throw new TorError('auth-refused', 'the control port does not say where its cookie is')
  try {
    await using file = await open(path, 'r')
    const buffer = new Uint8Array(COOKIE_BYTES + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, 0)
    if (bytesRead !== COOKIE_BYTES) throw new Error(`it has not ${COOKIE_BYTES} bytes`)
    return buffer.slice(0, COOKIE_BYTES)
  } catch (cause) {
    throw new TorError(
      'auth-refused',
      `the cookie of the control port, ${path}, cannot be read: ${(cause as Error).message}; the user who runs the node needs to be in the group of Tor (debian-tor), with CookieAuthFileGroupReadable 1`,
      { cause },
    )
  }
}

async function withSafeCookie(control: ControlConnection, cookie: Uint8Array): Promise<void> {
  const clientNonce = randomBytes(NONCE_BYTES)
  const { lines } = await control.ask(`AUTHCHALLENGE SAFECOOKIE ${clientNonce.toString('hex')}`)
  const { named } = parseArguments(lines[0]?.text ?? '')
  const serverNonce = fromHex(named.get('SERVERNONCE'))
  const said = fromHex(named.get('SERVERHASH'))
  const digest = (key: string): Buffer =>
    createHmac('sha256', key).update(cookie).update(clientNonce).update(serverNonce).digest()
  const expected = digest(SERVER_KEY)
  if (said.byteLength !== expected.byteLength || !timingSafeEqual(said, expected)) {
    throw new TorError('auth-refused', 'the control port does not know the cookie it points to: it is not that Tor')
  }
  await prove(control, digest(CLIENT_KEY), 'cookie')
}

function fromHex(text: string | undefined): Uint8Array {
  if (text === undefined || text.length !== 2 * NONCE_BYTES || !/^[0-9a-f]+$/i.test(text)) {
    throw new TorError('control-failed', 'the control port’s challenge is malformed')
  }
  return Buffer.from(text, 'hex')
}

async function prove(control: ControlConnection, secret: Uint8Array, what: string): Promise<void> {
  const { code } = await control.send(`AUTHENTICATE ${Buffer.from(secret).toString('hex')}`.trimEnd())
  if (code === 250) return
  throw new TorError('auth-refused', `the control port refused our ${what} (${code})`)
}
