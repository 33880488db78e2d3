/** Headless Chromium with WebGPU on SwiftShader, showing a page with our runtime; a browser that is missing fails. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

const executable = process.env['SWINC_CHROMIUM'] ?? '/usr/bin/chromium';

const flags: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface OpenPage {
  readonly page: Page;
  readonly close: () => Promise<void>;
}

/** Files, by their path below the server's root, that the page can fetch beside its own script. */
export type Files = ReadonlyMap<string, Uint8Array>;

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  json: 'application/json',
};

export function openBrowser(): Promise<Browser> {
  if (!existsSync(executable)) {
    throw new Error(`there is no ${executable}: install Debian's chromium, or set SWINC_CHROMIUM to a Chromium`);
  }
  return chromium.launch({ executablePath: executable, args: [...flags] });
}

export async function openPage(files: Files = new Map()): Promise<OpenPage> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const server = await serve(
    new Map([
      ...files,
      ['/', encode('<!doctype html><meta charset="utf-8"><title>swinc</title><script src="/page.js"></script>')],
      ['/page.js', await bundlePage()],
    ]),
  );
  const browser = await openBrowser();
  return { page: await show(browser, server), close: () => closeBoth(browser, server) };
}

/** Every file of a folder, to be served below `prefix`. */
export function readFolder(folder: string, prefix: string): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [`${prefix}/${relative(folder, path).split(sep).join('/')}`, readFileSync(path)];
    }),
  );
}

async function bundlePage(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    bundle: true,
    format: 'iife',
    globalName: 'page',
    platform: 'browser',
    target: 'chrome120',
    write: false,
    logLevel: 'warning',
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('esbuild gave no script');
  return script.contents;
}

/** WebGPU is offered to secure pages only; a page from the machine itself is one. */
async function serve(files: Files): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const file = files.get(path);
    const type = types[path === '/' ? 'html' : (path.split('.').at(-1) ?? '')] ?? 'application/octet-stream';
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': type });
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function show(browser: Browser, server: Server): Promise<Page> {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`http://127.0.0.1:${portOf(server)}/`);
  return page;
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}

async function closeBoth(browser: Browser, server: Server): Promise<void> {
  await browser.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
