// What somebody would try who had taken over the page, for the tests. Added to page.js, loaded before.
(() => {
  const wait = (delay_ms) => new Promise((done) => setTimeout(done, delay_ms));

  // Makes an element of the page as a script would, attributes first.
  const add = (tag, attributes = {}, text = "") => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text) element.textContent = text;
    document.body.append(element);
    return element;
  };

  // As a text that was taken for markup.
  const parse = (markup) => {
    const place = add("div");
    place.append(document.createRange().createContextualFragment(markup));
    return place;
  };

  const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }));

  // Tries each; what throws has failed, and none may spoil the next.
  const tryEach = async (attempts) => {
    for (const attempt of attempts) {
      try {
        await attempt();
      } catch {
        // Refused, as it should be: what counts is what is seen afterwards.
      }
    }
  };

  const ran = [];
  const code = (name) => `(parent.passerelle_ran ?? window.passerelle_ran)("${name}")`;
  window.passerelle_ran = (name) => ran.push(name);

  const asCode = [
    () => eval(code("eval")),
    () => (0, eval)(code("indirect eval")),
    () => new Function(code("Function"))(),
    () => (async () => {}).constructor(code("AsyncFunction"))(),
    () => void setTimeout(code("setTimeout"), 0),
    () => add("script", {}, code("inline script")),
    () => parse(`<script>${code("script in markup")}</script>`),
    () => add("script", { type: "module" }, code("inline module")),
    () => add("script", { src: `data:text/javascript,${code("data: script")}` }),
    () => add("script", { src: blob(code("blob: script"), "text/javascript") }),
    () => import(`data:text/javascript,${code("data: module")}`),
    () => import(blob(code("blob: module"), "text/javascript")),
    () => add("button", { onclick: code("onclick") }).click(),
    () => parse(`<img src="/nowhere.png" onerror='${code("onerror")}'>`),
    () => parse(`<svg onload='${code("svg onload")}'></svg>`),
    () => parse(`<details open ontoggle='${code("ontoggle")}'></details>`),
    () => (location.href = `javascript:${code("javascript: location")}`),
    () => add("a", { href: `javascript:${code("javascript: link")}` }, "x").click(),
    () => add("form", { action: `javascript:${code("javascript: form")}` }).submit(),
    () => add("iframe", { src: `javascript:${code("javascript: frame")}` }),
    () => add("iframe", { srcdoc: `<script>${code("script of a frame")}</script>` }),
    () => add("iframe", { src: `data:text/html,<script>${code("data: frame")}</script>` }),
    () => new Promise((done, failed) => {
      const worker = new Worker(blob("postMessage(1)", "text/javascript"));
      worker.onerror = failed;
      worker.onmessage = () => done(ran.push("blob: worker"));
      setTimeout(failed, 1000);
    }),
  ];

  // Whether an element that this makes is then shown as it asked.
  const styled = (make) => {
    const seen = getComputedStyle(make());
    return seen.outlineColor === "rgb(1, 2, 3)";
  };
  const RULE = "outline-color: rgb(1, 2, 3)";
  const asStyle = {
    "style attribute": () => styled(() => add("p", { style: RULE })),
    "style attribute in markup": () => styled(() => parse(`<p style="${RULE}">x</p>`).firstChild),
    "style element": () => styled(() => (add("style", {}, `.one { ${RULE} }`), add("p", { class: "one" }))),
    "style in markup": () => styled(() => parse(`<style>.two { ${RULE} }</style><p class="two">x</p>`).lastChild),
    "data: style sheet": async () => {
      add("link", { rel: "stylesheet", href: `data:text/css,.three{${RULE}}` });
      await wait(300);
      return styled(() => add("p", { class: "three" }));
    },
    "blob: style sheet": async () => {
      add("link", { rel: "stylesheet", href: blob(`.four { ${RULE} }`, "text/css") });
      await wait(300);
      return styled(() => add("p", { class: "four" }));
    },
  };

  const byScript = (at) => [
    () => fetch(at("fetch")),
    () => fetch(at("fetch-no-cors"), { mode: "no-cors", method: "POST", body: "x" }),
    () => {
      const request = new XMLHttpRequest();
      request.open("GET", at("xhr"));
      request.send();
    },
    () => new WebSocket(at("websocket").replace("http:", "ws:")),
    () => new EventSource(at("event-source")),
    () => navigator.sendBeacon(at("beacon"), "x"),
    () => new Worker(at("worker")),
    () => new SharedWorker(at("shared-worker")),
    () => navigator.serviceWorker.register(at("service-worker")),
    () => import(at("import")),
    () => new FontFace("stolen", `url(${at("font-face")})`).load(),
    () => new Audio(at("audio")).load(),
    () => (new Image().src = at("image")),
    () => new WebTransport(at("web-transport").replace("http:", "https:")),
    () => new RTCPeerConnection({ iceServers: [{ urls: at("rtc").replace("http://", "stun:") }] }).createOffer(),
  ];

  const byMarkup = (at) => [
    () => add("script", { src: at("script") }),
    () => add("script", { type: "module", src: at("module") }),
    () => add("img", { src: at("img") }),
    () => add("img", { srcset: `${at("srcset")} 1x` }),
    () => add("video", { src: at("video"), poster: at("poster"), autoplay: "" }),
    () => add("iframe", { src: at("iframe") }),
    () => add("object", { data: at("object"), type: "text/html" }),
    () => add("embed", { src: at("embed") }),
    () => add("input", { type: "image", src: at("input") }),
    () => parse(`<svg><image href="${at("svg-image")}"/><use href="${at("svg-use")}#x"/></svg>`),
    () => add("a", { href: "#/", ping: at("ping") }, "x").click(),
    ...["stylesheet", "icon", "manifest", "prefetch", "preload", "modulepreload", "preconnect", "dns-prefetch"].map(
      (rel) => () => add("link", { rel, href: at(`link-${rel}`), as: "image" }),
    ),
    () => add("form", { action: at("form") }).submit(),
    () => document.head.append(Object.assign(document.createElement("base"), { href: at("base") })),
  ];

  // The style sheets of the page may be written to by its scripts: what they name is loaded under the same rules.
  const byStyle = (at) => {
    const sheet = [...document.styleSheets].find((sheet) => sheet.cssRules.length > 0);
    const rule = (text, place) => () => sheet.insertRule(text, place);
    return [
      rule(`@import url(${at("css-import")});`, 0),
      rule(`@font-face { font-family: stolen-too; src: url(${at("css-font")}) }`, sheet.cssRules.length),
      rule(
        `.stolen { font-family: stolen-too; background-image: url(${at("css-image")}) }`,
        sheet.cssRules.length,
      ),
      () => add("p", { class: "stolen" }, "x"),
      () => (add("p", {}, "x").style.backgroundImage = `url(${at("style-image")})`),
    ];
  };

  const ways = {
    location: (address) => (location.href = address),
    replace: (address) => location.replace(address),
    link: (address) => add("a", { href: address }, "x").click(),
    "link to another window": (address) => add("a", { href: address, target: "_blank" }, "x").click(),
    form: (address) => add("form", { action: address }).submit(),
    "form to another window": (address) => add("form", { action: address, target: "_blank" }).submit(),
    refresh: (address) => document.head.append(add("meta", { "http-equiv": "refresh", content: `0;url=${address}` })),
    "another window": (address) => window.open(address),
    "this window": (address) => window.open(address, "_self"),
    download: (address) => add("a", { href: address, download: "stolen.txt" }, "x").click(),
  };

  // What the policy of the page has refused: the directive that did, and what it was about.
  const refused = new Set();
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
    refused.add(effectiveDirective).add(new URL(blockedURI, "x:").pathname.slice(1));
  });

  const { invoke } = window.__TAURI_INTERNALS__;
  const settled = (promise, fallback) => Promise.race([promise, wait(3000).then(() => fallback)]);
  const outcome = (asked) =>
    settled(
      asked.then(
        (given) => (["denied", false, undefined].includes(given) ? "denied" : "granted"),
        (error) => error.name ?? `error ${error.code}`,
      ),
      "unanswered",
    );
  const media = (wanted) => navigator.mediaDevices.getUserMedia(wanted);
  const wishes = {
    camera: () => media({ video: true }),
    microphone: () => media({ audio: true }),
    "camera and microphone": () => media({ audio: true, video: true }),
    screen: () => navigator.mediaDevices.getDisplayMedia(),
    place: () => new Promise((found, failed) => navigator.geolocation.getCurrentPosition(found, failed)),
    notifications: () => Notification.requestPermission(),
    "clipboard text": () => navigator.clipboard.readText(),
    clipboard: () => navigator.clipboard.read(),
    paste: async () => document.execCommand("paste"),
    pointer: () =>
      new Promise((locked, failed) => {
        document.onpointerlockchange = locked;
        document.onpointerlockerror = () => failed({ name: "NotAllowedError" });
        document.body.requestPointerLock();
      }),
  };
  let wished;

  Object.assign(window.passerelle_test, {
    runText: async () => {
      await tryEach(asCode);
      await wait(500);
      return ran;
    },
    paint: async () => {
      const painted = [];
      for (const [name, attempt] of Object.entries(asStyle)) if (await attempt()) painted.push(name);
      return painted;
    },
    // Tries every way out, and says what the policy refused. Whoever listens at that origin knows the rest.
    reach: async (origin) => {
      const at = (name) => `${origin}/${name}`;
      // Not one after the other: some wait for an answer that must not come.
      for (const attempt of [...byScript(at), ...byMarkup(at), ...byStyle(at)]) void tryEach([attempt]);
      await wait(2000);
      return [...refused];
    },
    // Each name that shapes all objects, if it can be changed.
    bend: async () => {
      const bent = [];
      for (const name of ["toJSON", "toString", "hasOwnProperty"]) {
        await tryEach([() => Object.defineProperty(Object.prototype, name, { value: () => "bent" })]);
        if (Object.prototype[name]?.() === "bent") bent.push(name);
      }
      return bent;
    },
    ways: () => Object.keys(ways),
    // Tries to leave. The page is still there if it holds its mark.
    leave: async (way, address) => {
      window.passerelle_mark = true;
      await tryEach([() => ways[way](address === "blob:" ? blob("<p>elsewhere</p>", "text/html") : address)]);
      await wait(150);
      return window.passerelle_mark === true;
    },
    // The same at the next key: some ways are only open when a person does something.
    leaveAtAKey: (way, address) => {
      const go = () => void tryEach([() => ways[way](address)]);
      document.addEventListener("keydown", go, { once: true });
    },
    // Asks for everything at the next key, as some things are only asked for when a person does something.
    wishAtAKey: () => {
      const ask = () => {
        const asked = Object.entries(wishes).map(async ([name, wish]) => [name, await outcome((async () => wish())())]);
        wished = Promise.all(asked).then(Object.fromEntries);
      };
      document.addEventListener("keydown", ask, { once: true });
    },
    wished: () => wished ?? null,
    // The answer to a command, or the error that it gives.
    order: (command, given) =>
      settled(
        invoke(command, given).then(
          (answer) => ({ answer: answer ?? null }),
          (error) => ({ error }),
        ),
        { silence: true },
      ),
    // The same without the key that Tauri gives to the page, by the scheme beneath.
    orderWithoutKey: (command) =>
      settled(
        fetch(`ipc://localhost/${encodeURIComponent(command)}`, {
          method: "POST",
          body: "{}",
          headers: { "Content-Type": "application/json", "Tauri-Callback": "1", "Tauri-Error": "2" },
        }).then(
          (answer) => answer.ok,
          () => false,
        ),
        false,
      ),
    // What the webview keeps from one day to the next.
    kept: async () => [
      ...Object.keys(localStorage),
      ...Object.keys(sessionStorage),
      ...(await indexedDB.databases()).map(({ name }) => name),
      ...(await caches.keys()),
      ...(document.cookie ? [document.cookie] : []),
    ],
  });
})();
