// Clocks in the time zone that their `data-clock` names. They also run while the connection is lost.
(() => {
  function update() {
    for (const clock of document.querySelectorAll("[data-clock]")) {
      const format = { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.clock };
      clock.textContent = new Date().toLocaleTimeString("en-GB", format);
    }
  }

  addEventListener("DOMContentLoaded", () => {
    if (document.querySelector("[data-clock]")) setInterval(update, 1000);
  });
})();
