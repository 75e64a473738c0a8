// A mount namespace of a program's own, in which it sees other files than everybody else.
import { spawnSync } from 'node:child_process';

// The words before a program's own that have it run there, behind `commands` of the shell.
export const seeing = (commands) => ['unshare', '-rm', 'sh', '-c', `${commands} && exec "$0" "$@"`];

// Why not, where the machine does not allow it; for a test's `skip`.
export function notAllowed() {
  const [program, ...words] = seeing('mount -t tmpfs tmpfs /mnt && test -f /etc/machine-id');
  const tried = spawnSync(program, [...words, 'true'], { encoding: 'utf8' });
  if (tried.status === 0) return false;
  return `no mount namespace of one's own here: ${tried.error?.message ?? tried.stderr}`;
}
