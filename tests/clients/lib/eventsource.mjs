// npm eventsource, for tests that lie outside of this package.
export { EventSource } from 'eventsource';
