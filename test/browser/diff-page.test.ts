/** The page of `swinc diff` in Chromium: its policy lets its script run, and nothing is asked for. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toPage } from '../../compiler/diff/page/page.ts';
import { various, withTexts } from '../diff/differences.ts';
import { openBrowser } from './chromium.ts';

const test = suite('the page of a difference');

// Not in a hook: uvu keeps what a hook throws to itself.
const browser = await openBrowser();

test.after(() => browser.close());

async function open(text: string, width = 1200) {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  const heard: string[] = [];
  page.on('request', (request) => heard.push(request.url()));
  page.on('console', (message) => heard.push(message.text()));
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('dialog', (dialog) => heard.push(dialog.message()));
  await page.setContent(text, { waitUntil: 'load' });
  return { page, heard };
}

test('the filter hides the rows that lack a word', async () => {
  const { page, heard } = await open(toPage(various()));
  const list = page.locator('details.tensors').first();
  const rows = list.locator('tbody tr');
  await list.locator('summary').click();
  const all = await rows.count();
  await list.locator('input').fill('QKV weight');
  const shown = await rows.filter({ visible: true }).count();
  assert.ok(0 < shown && shown < all);
  for (const text of await rows.filter({ visible: true }).allTextContents()) assert.match(text, /qkv.*weight/);
  await list.locator('input').fill('');
  assert.is(await rows.filter({ visible: true }).count(), all);
  assert.equal(heard, []);
});

test('at the width of a phone nothing is wider than the screen', async () => {
  const { page } = await open(toPage(various()), 375);
  assert.is(await page.evaluate(() => document.documentElement.scrollWidth), 375);
});

test('hostile texts neither run nor load', async () => {
  const payload =
    '"><script>alert(1)</script><img src="https://example.org/x" onerror="alert(2)"><svg onload=alert(3)>';
  const { page, heard } = await open(toPage(withTexts(various(), payload)));
  assert.is(await page.locator('img').count(), 0);
  assert.is(await page.locator('script').count(), 1);
  assert.equal(heard, []);
});

test.run();
