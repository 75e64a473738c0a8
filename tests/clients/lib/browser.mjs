// Chromium steered by playwright-core, for tests that are not beside its installation.
export { chromium } from 'playwright-core';
