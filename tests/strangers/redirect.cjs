// For a client whose hosts are fixed in its code: what it sends there goes to clipcart instead.
// Loaded with `node --require`, before the client; nothing of the client is changed. Any other
// host is refused, so that no test ever reaches one.
const HOSTS = new Set(["https://open-api.tiktokglobalshop.com", "https://auth.tiktok-shops.com"]);
const base = process.env.CLIPCART_URL;
const plain = globalThis.fetch;

globalThis.fetch = (address, options = {}) => {
  const url = new URL(address);
  if (!HOSTS.has(url.origin)) throw new Error(`not a host of the service: ${url.origin}`);
  // node-fetch, for which such clients were written, sends the streams of the package `form-data`;
  // Node's own fetch would send the text "[object FormData]" instead of the file.
  const { body } = options;
  const isStream = body && typeof body.getBuffer === "function";
  return plain(base + url.pathname + url.search, {
    ...options,
    body: isStream ? body.getBuffer() : body,
  });
};
