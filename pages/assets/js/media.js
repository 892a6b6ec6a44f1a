// Photos and videos in a form: sent as soon as they are chosen, previewed, put in order. The value is their names with
// commas between, in a hidden input and, as an event, at the server. The server decides what it takes; what is checked
// here only saves people from waiting for a no.
(() => {
  const PICTURES = ["image/jpeg", "image/png", "image/webp", "image/gif"];
  const TAKEN = [...PICTURES, "video/mp4", "video/webm", "video/quicktime"];
  const BY_NAME = { jpg: TAKEN[0], jpeg: TAKEN[0], png: TAKEN[1], webp: TAKEN[2], gif: TAKEN[3], mp4: TAKEN[4], webm: TAKEN[5], mov: TAKEN[6] };
  const OWN = "files";  // marks what this part itself says
  const HEIC = /\.hei[cf]$/i;
  const VIDEO = /\.(mp4|webm|mov)$/;
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  let icons = {};  // name: address of its drawing
  function icon(name) {
    const frame = make("span", { class: "q-icon", "aria-hidden": "true" });
    frame.innerHTML = `<svg viewBox="0 0 24 24"><use href="${icons[name]}"></use></svg>`;
    return frame;
  }

  // Some devices know no type of what they have recorded themselves, or call it image/jpg.
  const typeOf = window.gsTypeOf = (file) => TAKEN.includes(file.type) ? file.type : BY_NAME[file.name.split(".").pop().toLowerCase()] ?? file.type;

  class Files extends HTMLElement {
    connectedCallback() {
      if (this.items) return;
      this.items = [];  // {name, file, video, state: waiting | sending | sent | failed, ...}
      this.checking = 0;  // names of a draft that the server is asked for
      this.words = JSON.parse(this.dataset.words);
      icons = JSON.parse(this.dataset.icons);
      this.most = Number(this.dataset.most);
      this.bytes = Number(this.dataset.bytes);
      this.list = make("ul", { class: "gs-sent" });
      this.said = make("p", { class: "gs-sent-said", role: "status" });
      this.note = make("p", { class: "gs-sent-note", role: "status" });
      this.input = make("input", { type: "hidden", "data-draft": this.dataset.name });
      this.add = this.choice(this.words.add, "add_a_photo", { multiple: "" }, "gs-sent-add");
      this.shoot = this.choice(this.words.shoot, "photo_camera", { capture: "environment" }, "gs-sent-shoot");
      this.doors = make("div", { class: "gs-sent-doors" }, this.add, this.shoot);
      this.append(this.list, this.note, this.doors, this.said, this.input);
      for (const name of this.dataset.value.split(",").filter(Boolean)) this.show(this.item({ name, state: "sent", kept: true }));
      this.input.value = this.names();
      this.input.addEventListener("input", ({ detail }) => { if (detail !== OWN) this.restore(this.input.value); });
      this.again = () => { this.tell(); for (const item of this.items) if (item.state === "failed" && item.lost) this.retry(item); };
      for (const back of ["online", "gs-back"]) addEventListener(back, this.again);
      window.socket?.on("connect", this.again);
      this.arrange();
    }

    disconnectedCallback() {
      setTimeout(() => {
        if (this.isConnected) return;  // it was only moved
        for (const back of ["online", "gs-back"]) removeEventListener(back, this.again);
        window.socket?.off("connect", this.again);
        for (const item of this.items) { this.drop(item); if (item.look) URL.revokeObjectURL(item.look); }
      });
    }

    choice(words, symbol, more, classes) {
      const input = make("input", { type: "file", accept: more.capture ? "image/*" : TAKEN.join(","), class: "gs-sent-input", "aria-describedby": this.dataset.described, ...more });
      input.addEventListener("change", () => { this.take([...input.files]); input.value = ""; });
      return make("label", { class: `q-btn gs-btn gs-linkbtn ${classes}` }, icon(symbol), make("span", {}, words), input);
    }

    // What is chosen, shown, and sent

    item(given) {
      const item = { kind: "", done: 0, total: given.file?.size ?? 0, video: given.file ? typeOf(given.file).startsWith("video/") : VIDEO.test(given.name), ...given };
      this.items.push(item);
      return item;
    }

    take(files) {
      this.note.textContent = "";
      const room = this.most - this.items.length;
      for (const file of files.slice(0, room)) {
        const item = this.item({ file, state: "waiting", odd: !TAKEN.includes(typeOf(file)) });
        if (PICTURES.includes(typeOf(file))) item.look = URL.createObjectURL(file);
        this.show(item);
        if (item.odd) this.fail(item, HEIC.test(file.name) ? "heic" : "refused");
        else if (!gsShrinks(file) && file.size > this.bytes) this.fail(item, "big");
      }
      if (files.length > room) this.note.textContent = this.words.many;
      this.changed();
      this.pump();
    }

    // One after the other: five at once on a weak network would all be late.
    pump() {
      if (this.items.some((item) => item.state === "sending")) return;
      const item = this.items.find((one) => one.state === "waiting");
      if (!item) return;
      item.state = "sending";
      this.draw(item, this.words.preparing);
      const next = () => { this.changed(); this.pump(); };
      item.stop = gsUpload(item.file, this.dataset.to, this.bytes, {
        moved: (done, total) => { Object.assign(item, { done, total }); this.draw(item); },
        trying: () => this.draw(item, this.words.trying),
        arrived: (name) => {
          Object.assign(item, { name, state: "sent", fresh: true });
          this.draw(item);
          this.said.textContent = this.words.here.replace("{name}", this.called(item));
          next();
        },
        failed: (why, words) => { this.fail(item, why, words); next(); },
      });
    }

    fail(item, why, words) {
      Object.assign(item, { state: "failed", why: words || this.words[why], lost: why === "lost", again: !["refused", "heic", "big"].includes(why) });
      this.draw(item);
    }

    retry(item) {
      Object.assign(item, { state: "waiting", done: 0 });
      this.draw(item);
      this.changed();
      this.pump();
    }

    drop(item) {
      item.state = "gone";
      item.stop?.();
    }

    // Nobody else wants it: the server need not keep it either.
    forget(item) {
      this.drop(item);
      if (item.fresh) fetch(`${this.dataset.to}/${item.name}`, { method: "DELETE", keepalive: true }).catch(() => {});
      if (item.look) URL.revokeObjectURL(item.look);
      this.items.splice(this.items.indexOf(item), 1);
      item.row.remove();
    }

    remove(item) {
      const at = this.items.indexOf(item);
      const called = this.called(item);
      this.note.textContent = "";
      this.forget(item);
      this.said.textContent = this.words.removed.replace("{name}", called);
      this.changed();
      this.pump();
      const next = this.items[at] ?? this.items[at - 1];
      (next ? next.row.querySelector("[data-act=remove]") : this.add.querySelector("input")).focus();
    }

    move(item, by, button) {
      const at = this.items.indexOf(item);
      const to = at + by;
      if (to < 0 || to >= this.items.length) return;
      const called = this.called(item);
      this.items.splice(at, 1);
      this.items.splice(to, 0, item);
      this.list.insertBefore(item.row, this.list.children[by > 0 ? to + 1 : to]);
      this.changed();
      (button.disabled ? item.row.querySelector(`[data-act=${by > 0 ? "earlier" : "later"}]`) : button).focus();
      this.said.textContent = this.words.moved.replace("{name}", called).replace("{place}", to + 1).replace("{all}", this.items.length);
    }

    // A draft brings names back, or begins afresh with those of before: show what of them the server still has.
    async restore(value) {
      const wanted = this.wanted = value.split(",").filter(Boolean).slice(0, this.most);
      const here = new Map(this.items.filter((item) => item.state === "sent").map((item) => [item.name, item]));
      for (const [name, item] of here) if (!wanted.includes(name)) this.forget(item);
      this.checking = wanted.length;
      this.tell();
      for (const name of wanted.filter((one) => !here.has(one))) {
        const answer = await fetch(`${this.dataset.to}/${encodeURIComponent(name)}`, { method: "HEAD" }).catch(() => null);
        if (this.wanted !== wanted) return;  // meanwhile something else is
        if (answer?.status === 404) this.note.textContent = this.words.gone;
        else this.show(this.item({ name, state: "sent", fresh: true }));
      }
      this.checking = 0;
      const place = (item) => item.state === "sent" ? wanted.indexOf(item.name) : wanted.length;
      this.items.sort((one, other) => place(one) - place(other));
      this.list.append(...this.items.map((item) => item.row));
      this.changed();
    }

    names() { return this.items.filter((item) => item.state === "sent").map((item) => item.name).join(","); }

    count(state) { return this.items.filter((item) => item.state === state).length; }

    changed() {
      this.arrange();
      this.input.value = this.names();
      this.input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: OWN }));
      this.tell();
    }

    tell() {
      const detail = { names: this.names(), sending: Math.max(this.checking, this.count("waiting") + this.count("sending")), failed: this.count("failed") };
      this.dispatchEvent(new CustomEvent("files", { detail }));
    }

    // How it looks

    called(item, withFile = true) {
      if (item.odd) return item.file.name;
      const kind = item.video ? this.words.video : this.words.photo;
      const number = this.items.indexOf(item) + 1;
      return withFile && item.file ? `${kind.replace("{n}", number)} (${item.file.name})` : kind.replace("{n}", number);
    }

    show(item) {
      item.look ||= item.name && !item.video ? `${this.dataset.to}/${item.name}/small` : "";
      item.row = make("li", { class: "gs-sent-one" });
      this.list.append(item.row);
      this.draw(item);
    }

    draw(item, preparing) {
      const { row, state } = item;
      if (state === "sending" && !preparing && row.querySelector("[role=progressbar]")) { this.progress(item); return; }
      const focused = row.contains(document.activeElement);
      row.className = `gs-sent-one gs-sent--${state}`;
      const parts = [this.picture(item), make("div", { class: "gs-sent-what" }, make("strong", { class: "gs-sent-name" }), make("span", { class: "gs-sent-first" }, icon("star"), this.words.first))];
      if (item.file && state !== "sent" && !item.odd) parts[1].append(make("span", { class: "gs-meta gs-sent-file" }, item.file.name));
      if (state === "waiting") parts[1].append(make("span", { class: "gs-meta" }, this.words.waiting));
      if (state === "sending") parts[1].append(make("div", { class: "gs-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": item.file.name }, make("span")), make("span", { class: "gs-meta gs-bar-words" }, preparing ?? ""));
      if (state === "failed") parts[1].append(make("p", { class: "gs-errmsg", role: "alert" }, icon("error"), make("span", {}, item.why)));
      const acts = make("div", { class: "gs-sent-acts" });
      if (state === "failed" && item.again) acts.append(this.button(item, "retry", "refresh", () => this.retry(item)));
      else if (state === "sent") acts.append(this.button(item, "earlier", "arrow_upward", (button) => this.move(item, -1, button)), this.button(item, "later", "arrow_downward", (button) => this.move(item, 1, button)));
      acts.append(this.button(item, state === "sending" || state === "waiting" ? "cancel" : "remove", "close", () => this.remove(item)));
      row.replaceChildren(...parts, acts);
      if (state === "sending" && !preparing) this.progress(item);
      this.arrange();
      if (focused) row.querySelector("[data-act=retry], [data-act=cancel], [data-act=remove]").focus();
    }

    progress(item) {
      const all = item.total || 1;
      const share = Math.min(100, Math.round(item.done / all * 100));
      const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
      const words = share === 100 ? this.words.ending : this.words.sending.replace("{done}", number.format(item.done / 1e6)).replace("{total}", number.format(all / 1e6));
      const bar = item.row.querySelector("[role=progressbar]");
      bar.setAttribute("aria-valuenow", share);
      bar.setAttribute("aria-valuetext", words);
      bar.firstChild.style.width = `${share}%`;
      item.row.querySelector(".gs-bar-words").textContent = words;
    }

    picture(item) {
      const frame = make("div", { class: "gs-sent-look" });
      if (item.video && item.name) {
        const video = make("video", { preload: "metadata", muted: "", playsinline: "", "aria-hidden": "true", tabindex: "-1", src: `${this.dataset.to}/${item.name}#t=0.1` });
        video.muted = true;
        video.onerror = () => video.replaceWith(icon("movie"));
        frame.append(video);
      } else if (item.look) {
        const image = make("img", { src: item.look, alt: "" });
        image.onerror = () => image.replaceWith(icon("image"));
        frame.append(image);
      } else frame.append(icon(item.video ? "movie" : "attach_file"));
      return frame;
    }

    button(item, act, symbol, pressed) {
      const button = make("button", { type: "button", class: `q-btn gs-btn gs-sm gs-sent-${act}`, "data-act": act }, icon(symbol), make("span", {}, this.words[act]));
      button.addEventListener("click", () => pressed(button));
      return button;
    }

    // What depends on the place in the list: numbers, which buttons lead anywhere, which picture lists show.
    arrange() {
      const first = this.items.find((item) => !item.video && item.state === "sent");
      this.items.forEach((item, place) => {
        const { row } = item;
        if (!row?.firstChild) return;
        row.querySelector(".gs-sent-name").textContent = this.called(item, false);
        row.querySelector(".gs-sent-first").hidden = item !== first || !this.words.first;
        for (const button of row.querySelectorAll("[data-act]")) button.setAttribute("aria-label", `${this.words[button.dataset.act]}: ${this.called(item)}`);
        const [earlier, later] = [row.querySelector("[data-act=earlier]"), row.querySelector("[data-act=later]")];
        if (!earlier) return;
        earlier.hidden = later.hidden = this.items.length < 2;
        earlier.disabled = place === 0;
        later.disabled = place === this.items.length - 1;
      });
      this.doors.hidden = this.items.length >= this.most;
      this.list.hidden = !this.items.length;
    }
  }

  window.gsSending = () => [...document.querySelectorAll("gs-files")].some((files) => files.count("waiting") + files.count("sending"));
  customElements.define("gs-files", Files);
})();
