/* Coterie's push messages in a browser's service worker. Apache-2.0. */
self.addEventListener("push", function (event) {
  "use strict";
  var told = {};
  try { told = event.data.json(); } catch (fault) { /* not ours */ }
  event.waitUntil(self.registration.showNotification(told.title || self.location.hostname, {
    body: told.body || "", icon: told.icon || undefined, tag: told.id, data: { url: told.url || "/" }
  }));
});

self.addEventListener("notificationclick", function (event) {
  "use strict";
  event.notification.close();
  event.waitUntil(self.clients.openWindow(new URL(event.notification.data.url, self.location.origin).href));
});
