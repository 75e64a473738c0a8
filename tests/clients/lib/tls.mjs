// Certificates for a test, made by openssl in a directory of the test's own.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

// One that issued itself: {certificate, key}, as files and as a configuration names them.
export function makeCertificate(directory, name = 'localhost') {
  const certificate = path.join(directory, `${name}.pem`);
  const key = path.join(directory, `${name}.key`);
  const options = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
  execFileSync(
    'openssl',
    [
      ...options,
      ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`],
      ...['-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  return {
    certificate,
    key,
    text: fs.readFileSync(certificate, 'utf8'),
    yaml: `{ certificate: "${certificate}", key: "${key}" }`,
  };
}
