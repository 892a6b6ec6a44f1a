// The offline page: shown in the reader's language and colours, and reloaded as soon as the server answers.
(() => {
  const INTERVAL = 5000; // ms
  const root = document.documentElement;
  const reload = () => location.reload();

  function storedLook() {
    try {
      return JSON.parse(localStorage.gsLook);
    } catch {
      return {}; // nothing is stored: all languages, in the device's colours
    }
  }

  const { lang, dark, large } = storedLook();
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("body--dark", dark === "dark" || (dark !== "light" && prefersDark));
  root.classList.toggle("gs-large", Boolean(large));
  if (lang) {
    root.lang = lang;
    for (const part of document.querySelectorAll("main > section")) part.hidden = part.lang.slice(0, 2) !== lang;
  }

  for (const button of document.querySelectorAll("button")) button.addEventListener("click", reload);
  addEventListener("online", reload);

  // The network may be there while the server is restarting.
  async function check() {
    try {
      const answer = await fetch("/health", { cache: "no-store" });
      if (answer.ok) reload();
    } catch {
      // still offline
    }
  }
  setInterval(check, INTERVAL);
})();
