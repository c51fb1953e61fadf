/* Coterie in a browser: Segment's calls, kept until the server has confirmed them. Apache-2.0. */
(function (window, document, navigator) {
  "use strict";
  var early = window.coterie || [];
  if (early.version) return;

  var METHODS = ["identify", "track", "page", "group", "alias"];
  var KEPT = "coterie_queue", ANONYMOUS = "coterie_anonymous_id", USER = "coterie_user", CONSENT = "coterie_consent";
  var MOST_KEPT = 500, MOST_AT_ONCE = 100, MOST_OF_BEACON = 60000, LONGEST_PAUSE = 60000;

  var source = (document.currentScript && document.currentScript.src) || "";
  var settings = null, queue = [], waiting = [], isSending = false, failures = 0, timer = 0, memory = {};

  function stored(name, value) {
    try {
      if (value === undefined) return window.localStorage.getItem(name);
      if (value === null) window.localStorage.removeItem(name);
      else window.localStorage.setItem(name, value);
    } catch (fault) {
      if (value === undefined) return name in memory ? memory[name] : null;
      if (value === null) delete memory[name];
      else memory[name] = value;
    }
    return value;
  }

  function read(name, otherwise) {
    try { return JSON.parse(stored(name)) || otherwise; } catch (fault) { return otherwise; }
  }

  function number() {
    var crypto = window.crypto;
    if (crypto && crypto.randomUUID) return crypto.randomUUID();
    return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, function (sign) {
      var bits = crypto && crypto.getRandomValues ? crypto.getRandomValues(new Uint8Array(1))[0] & 15 : (Math.random() * 16) | 0;
      return (sign === "x" ? bits : (bits & 3) | 8).toString(16);
    });
  }

  /* What the person said here counts first; then what the browser says for them; then what the page starts from. */
  function mayTell() {
    var said = stored(CONSENT);
    if (said) return said === "yes";
    if (settings.gpc && navigator.globalPrivacyControl) return false;
    if (settings.dnt && (navigator.doNotTrack === "1" || window.doNotTrack === "1")) return false;
    return settings.consent === "required" ? null : true;
  }

  function anonymousId() {
    return stored(ANONYMOUS) || stored(ANONYMOUS, number());
  }

  function context() {
    var at = window.location || {}, found = {
      library: { name: "coterie.js", version: coterie.version },
      page: { path: at.pathname, referrer: document.referrer, search: at.search, title: document.title, url: at.href },
      userAgent: navigator.userAgent, locale: navigator.language
    };
    try { found.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone; } catch (fault) { /* an old browser */ }
    (at.search || "").slice(1).split("&").forEach(function (pair) {
      var parts = /^utm_(source|medium|campaign|term|content)=(.*)$/.exec(pair);
      if (!parts) return;
      found.campaign = found.campaign || {};
      try {
        found.campaign[parts[1] === "campaign" ? "name" : parts[1]] = decodeURIComponent(parts[2].replace(/\+/g, " "));
      } catch (fault) { /* not an encoding */ }
    });
    return found;
  }

  function message(type, a, b, c) {
    var user = read(USER, {}), told = { type: type };
    if (type === "identify" || type === "group") {
      if (a !== null && typeof a === "object") { b = a; a = undefined; }
      if (type === "identify") {
        if (a !== undefined && user.id !== undefined && String(a) !== user.id) user = {};
        if (a !== undefined) user.id = String(a);
        user.traits = Object.assign({}, user.traits, b);
        stored(USER, JSON.stringify(user));
        told.traits = user.traits;
      } else {
        told.groupId = a;
        told.traits = b || {};
      }
    } else if (type === "track") {
      told.event = String(a);
      told.properties = b || {};
    } else if (type === "page") {
      if (typeof b === "string") told.category = a;
      told.name = typeof b === "string" ? b : typeof a === "string" ? a : undefined;
      var given = typeof a === "object" ? a : typeof b === "object" ? b : c;
      told.properties = Object.assign({}, context().page, given);
    } else {
      told.previousId = b !== undefined ? String(b) : user.id !== undefined ? user.id : anonymousId();
      user.id = String(a);
      stored(USER, JSON.stringify(user));
    }
    told.messageId = number();
    told.anonymousId = anonymousId();
    if (user.id !== undefined) told.userId = user.id;
    told.timestamp = new Date().toISOString();
    told.context = context();
    return told;
  }

  function keep() {
    if (queue.length > MOST_KEPT) queue.splice(0, queue.length - MOST_KEPT);
    stored(KEPT, queue.length ? JSON.stringify(queue) : null);
  }

  function call(method, given) {
    if (!settings) { waiting.push([method, given]); return; }
    var may = mayTell();
    if (may === null) { if (waiting.length < MOST_KEPT) waiting.push([method, given]); return; }
    if (!may) return;
    queue.push(message.apply(null, [method].concat(given)));
    keep();
    if (queue.length >= settings.flushAt) flush();
    else later(settings.flushInterval);
  }

  function later(pause) {
    if (!timer) timer = window.setTimeout(function () { timer = 0; flush(); }, pause);
  }

  function body(batch) {
    return JSON.stringify({ writeKey: settings.writeKey, sentAt: new Date().toISOString(), batch: batch });
  }

  /* As text, so that no browser asks the server beforehand; the key is in the body. */
  function flush() {
    if (isSending || !queue.length || !settings || mayTell() !== true) return;
    var batch = queue.slice(0, MOST_AT_ONCE);
    isSending = true;
    window.fetch(settings.host + "/v1/batch", {
      method: "POST", body: body(batch), headers: { "Content-Type": "text/plain" }, credentials: "omit",
      keepalive: body(batch).length < MOST_OF_BEACON
    }).then(function (answer) {
      if (answer.status === 429 || answer.status >= 500) return Number(answer.headers.get("Retry-After")) * 1000 || 1;
      return 0; /* taken, or such that it never will be */
    }, function () { return 1; }).then(function (wait) {
      isSending = false;
      if (wait) {
        failures += 1;
        later(Math.max(wait, Math.min(LONGEST_PAUSE, 500 * Math.pow(2, failures)) * (0.5 + Math.random() / 2)));
        return;
      }
      failures = 0;
      var done = {};
      batch.forEach(function (each) { done[each.messageId] = true; });
      queue = queue.filter(function (each) { return !done[each.messageId]; });
      keep();
      if (queue.length) flush();
    });
  }

  /* Nobody hears whether a beacon arrived: what it told stays and is told again, and the server knows each message once. */
  function leave() {
    if (!settings || !queue.length || !navigator.sendBeacon || mayTell() !== true) return;
    for (var batch = queue.slice(0, MOST_AT_ONCE); batch.length; batch = batch.slice(0, batch.length >> 1)) {
      var text = body(batch);
      if (text.length < MOST_OF_BEACON && navigator.sendBeacon(settings.host + "/v1/batch", text)) return;
    }
  }

  function forget() {
    queue = []; waiting = [];
    [KEPT, ANONYMOUS, USER].forEach(function (name) { stored(name, null); });
  }

  function again() {
    var held = waiting;
    waiting = [];
    held.forEach(function (each) { call(each[0], each[1]); });
  }

  function bytes(text) {
    var plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/")), found = new Uint8Array(plain.length);
    for (var place = 0; place < plain.length; place += 1) found[place] = plain.charCodeAt(place);
    return found;
  }

  /* The browser asks the person; what they say is a consent of theirs, to push messages in this browser. */
  function push(key, worker) {
    if (!settings || mayTell() !== true) return Promise.reject(new Error("no consent"));
    if (!navigator.serviceWorker || !window.PushManager) return Promise.reject(new Error("no push here"));
    return navigator.serviceWorker.register(worker || "/coterie-worker.js").then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (registration) {
      return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
    }).then(function (subscription) {
      var told = subscription.toJSON();
      call("identify", [{ web_push: told.endpoint + "#" + told.keys.p256dh + "." + told.keys.auth, web_push_consent: "yes" }]);
      flush();
      return subscription;
    });
  }

  var coterie = {
    version: "1",
    push: push,
    load: function (writeKey, options) {
      if (settings) return;
      var given = options || {};
      settings = {
        writeKey: writeKey,
        host: (given.host || source.replace(/\/coterie\.js.*$/, "")).replace(/\/$/, ""),
        flushAt: given.flushAt || 20, flushInterval: given.flushInterval === undefined ? 1000 : given.flushInterval,
        consent: given.consent || "given", gpc: given.gpc !== false, dnt: given.dnt === true
      };
      if (mayTell() === false) forget();
      queue = read(KEPT, []).concat(queue);
      again();
      flush();
    },
    consent: function (isGiven) {
      stored(CONSENT, isGiven ? "yes" : "no");
      if (!settings) return;
      if (isGiven) { again(); flush(); } else forget();
    },
    reset: function () {
      flush();
      [ANONYMOUS, USER].forEach(function (name) { stored(name, null); });
    },
    flush: flush,
    anonymousId: function () { return settings && mayTell() === true ? anonymousId() : null; }
  };
  METHODS.forEach(function (method) {
    coterie[method] = function () { call(method, [].slice.call(arguments)); };
  });
  window.coterie = coterie;
  [].slice.call(early).forEach(function (each) { if (coterie[each[0]]) coterie[each[0]].apply(coterie, each.slice(1)); });
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") leave(); });
  window.addEventListener("pagehide", leave);
})(window, document, navigator);
