// Keeps the opened sign-in page and what it is made of, so that it opens again without network. It keeps no
// answer of the server but these, and nothing that was typed (that is the page's own work).

const KEPT = "qichuang-sign-in-1";

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) =>
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("qichuang-sign-in-") && name !== KEPT) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  ),
);

self.addEventListener("message", (event) => {
  if (event.data?.keep) {
    const work = caches.open(KEPT).then((cache) => Promise.allSettled(event.data.keep.map((url) => cache.add(url))));
    event.waitUntil(work.then(() => event.source?.postMessage({ kept: true })));
  }
});

async function freshOrKept(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok && (await cache.match(request))) await cache.put(request, answer.clone());
    return answer;
  } catch (fault) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw fault;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === location.origin && !request.url.endsWith("/pass.json")) {
    event.respondWith(freshOrKept(request));
  }
});
