// On the page without a connection: the reader's look, and back as soon as the site answers.
(() => {
  let look = {};
  try { look = JSON.parse(localStorage.gsLook); } catch { /* never seen: both languages, as the device has it */ }
  const root = document.documentElement;
  if (look.lang) root.lang = look.lang;
  const dark = look.dark === "dark" || (look.dark !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.body.classList.toggle("body--dark", dark);
  root.classList.toggle("gs-large", Boolean(look.large));
  if (look.lang) for (const part of document.querySelectorAll("main > section")) part.hidden = part.lang.slice(0, 2) !== look.lang;
  const back = () => location.reload();
  for (const button of document.querySelectorAll("button")) button.addEventListener("click", back);
  addEventListener("online", back);
  // Not only the network may be gone: the site itself may be starting anew.
  setInterval(() => fetch("/health", { cache: "no-store" }).then((answer) => { if (answer.ok) back(); }, () => {}), 5000);
})();
