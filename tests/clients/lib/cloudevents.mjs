// The npm package `cloudevents`, for tests in other folders.
export { CloudEvent, HTTP } from 'cloudevents';
