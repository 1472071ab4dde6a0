import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { isAtLeast, OLDEST, parseVersion } from '../core/version.ts'
import { aborted, TorError } from '../errors.ts'

const TIMEOUT_MS = 10_000
const MAX_OUTPUT_BYTES = 65_536

/** Whether the program is a Tor that will do. @throws {TorError} `no-tor`, `wrong-version` or `aborted` */
export async function checkProgram(program: string, signal: AbortSignal): Promise<void> {
  checkVersion(program, await versionOf(program, signal))
}

/** @throws {TorError} `wrong-version` */
export function checkVersion(whose: string, text: string): void {
  const version = parseVersion(text)
  if (version === undefined) {
    throw new TorError('wrong-version', `${whose} is no Tor: its version is ${JSON.stringify(text.slice(0, 80))}`)
  }
  if (isAtLeast(version, OLDEST)) return
  throw new TorError(
    'wrong-version',
    `${whose} is version ${version.join('.')}, the oldest that will do is ${OLDEST.join('.')}; https://support.torproject.org/apt/ has a newer one`,
  )
}

async function versionOf(program: string, signal: AbortSignal): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], {
      signal,
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      killSignal: 'SIGKILL',
    })
    return /^Tor version (\S+)/m.exec(stdout)?.[1] ?? stdout
  } catch (cause) {
    if (signal.aborted) throw aborted(signal)
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES') {
      throw new TorError(
        'no-tor',
        `the program ${program} ${code === 'ENOENT' ? 'is not there' : 'may not be run'}. Install Tor: apt install tor (Debian, Ubuntu), dnf install tor (Fedora), brew install tor (macOS); or name it with the option program`,
        { cause },
      )
    }
    throw new TorError('wrong-version', `${program} --version fails: ${message}`, { cause })
  }
}
