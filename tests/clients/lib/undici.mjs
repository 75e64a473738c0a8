// The HTTP client undici, for tests that are not beside its installation.
export { Client, Pool } from 'undici';
