// Form field for photos and videos, <gs-files>: uploads a file as soon as it is chosen, and keeps the order. Its value,
// the names of the uploaded files with commas between, is in a hidden input and reported by the event `files`.
(() => {
  const { PICTURES, ACCEPTED, FileListView, make, typeOf } = gs.files;
  const OWN = "files"; // detail of input events that come from this field
  const HEIC = /\.hei[cf]$/i;
  const VIDEO = /\.(mp4|webm|mov)$/;
  const PERMANENT = ["refused", "heic", "big"]; // reasons of failure that a retry does not change
  const RECONNECTED = ["online", "gs-reconnected"];

  const splitNames = (value) => value.split(",").filter(Boolean);

  class FileField extends FileListView {
    connectedCallback() {
      if (this.items) return;
      this.items = []; // {name, file, isVideo, state: waiting | sending | sent | failed, ...}
      this.checking = 0; // number of names in a draft that the server is asked for
      this.texts = JSON.parse(this.dataset.words);
      this.icons = JSON.parse(this.dataset.icons);
      this.maxFiles = Number(this.dataset.most);
      this.maxBytes = Number(this.dataset.bytes);
      this.build();
      for (const name of splitNames(this.dataset.value)) this.addRow(this.createItem({ name, state: "sent" }));
      this.input.value = this.names();
      this.input.addEventListener("input", ({ detail }) => {
        if (detail !== OWN) this.restore(this.input.value);
      });
      this.reconnected = () => {
        this.notify();
        for (const item of this.items) if (item.state === "failed" && item.isLost) this.retry(item);
      };
      for (const name of RECONNECTED) addEventListener(name, this.reconnected);
      window.socket?.on("connect", this.reconnected);
      this.updateOrder();
    }

    disconnectedCallback() {
      setTimeout(() => {
        if (this.isConnected) return; // it was moved
        for (const name of RECONNECTED) removeEventListener(name, this.reconnected);
        window.socket?.off("connect", this.reconnected);
        for (const item of this.items) {
          this.cancel(item);
          if (item.preview) URL.revokeObjectURL(item.preview);
        }
      });
    }

    build() {
      this.list = make("ul", { class: "gs-sent" });
      this.status = make("p", { class: "gs-sent-said", role: "status" });
      this.note = make("p", { class: "gs-sent-note", role: "status" });
      this.input = make("input", { type: "hidden", "data-draft": this.dataset.name });
      const accept = ACCEPTED.join(",");
      this.add = this.chooser(this.texts.add, "add_a_photo", { accept, multiple: "" }, "gs-sent-add");
      const camera = { accept: "image/*", capture: "environment" };
      const shoot = this.chooser(this.texts.shoot, "photo_camera", camera, "gs-sent-shoot");
      this.buttons = make("div", { class: "gs-sent-doors" }, this.add, shoot);
      this.append(this.list, this.note, this.buttons, this.status, this.input);
    }

    chooser(label, symbol, attributes, classes) {
      const described = { "aria-describedby": this.dataset.described };
      const input = make("input", { type: "file", class: "gs-sent-input", ...described, ...attributes });
      input.addEventListener("change", () => {
        this.addFiles([...input.files]);
        input.value = "";
      });
      const text = make("span", {}, label);
      return make("label", { class: `q-btn gs-btn gs-linkbtn ${classes}` }, this.icon(symbol), text, input);
    }

    createItem(given) {
      const { file, name } = given;
      const isVideo = file ? typeOf(file).startsWith("video/") : VIDEO.test(name);
      const item = { loaded: 0, total: file?.size ?? 0, isVideo, ...given };
      this.items.push(item);
      return item;
    }

    addFiles(files) {
      this.note.textContent = "";
      const room = this.maxFiles - this.items.length;
      for (const file of files.slice(0, room)) {
        const isUnknownType = !ACCEPTED.includes(typeOf(file));
        const item = this.createItem({ file, state: "waiting", isUnknownType });
        if (PICTURES.includes(typeOf(file))) item.preview = URL.createObjectURL(file);
        this.addRow(item);
        if (isUnknownType) this.fail(item, HEIC.test(file.name) ? "heic" : "refused");
        else if (!gs.upload.canResize(file) && file.size > this.maxBytes) this.fail(item, "big");
      }
      if (files.length > room) this.note.textContent = this.texts.many;
      this.changed();
      this.uploadNext();
    }

    // One upload at a time: on a weak network five in parallel would all be late.
    uploadNext() {
      if (this.count("sending")) return;
      const item = this.items.find((one) => one.state === "waiting");
      if (!item) return;
      item.state = "sending";
      this.drawRow(item, this.texts.preparing);
      const next = () => {
        this.changed();
        this.uploadNext();
      };
      item.stop = gs.upload.send(item.file, this.dataset.to, this.maxBytes, {
        progress: (loaded, total) => {
          Object.assign(item, { loaded, total });
          this.drawRow(item);
        },
        retrying: () => this.drawRow(item, this.texts.trying),
        done: (name) => {
          Object.assign(item, { name, state: "sent", isNew: true });
          this.drawRow(item);
          this.status.textContent = this.texts.here.replace("{name}", this.labelOf(item));
          next();
        },
        failed: (reason, message) => {
          this.fail(item, reason, message);
          next();
        },
      });
    }

    fail(item, reason, message) {
      item.state = "failed";
      item.message = message || this.texts[reason];
      item.isLost = reason === "lost";
      item.canRetry = !PERMANENT.includes(reason);
      this.drawRow(item);
    }

    retry(item) {
      Object.assign(item, { state: "waiting", loaded: 0 });
      this.drawRow(item);
      this.changed();
      this.uploadNext();
    }

    cancel(item) {
      item.state = "gone";
      item.stop?.();
    }

    // A file that this form has uploaded is used nowhere else: the server deletes it.
    discard(item) {
      this.cancel(item);
      if (item.isNew) {
        fetch(`${this.dataset.to}/${item.name}`, { method: "DELETE", keepalive: true }).catch(() => {});
      }
      if (item.preview) URL.revokeObjectURL(item.preview);
      this.items.splice(this.items.indexOf(item), 1);
      item.row.remove();
    }

    remove(item) {
      const index = this.items.indexOf(item);
      const label = this.labelOf(item);
      this.note.textContent = "";
      this.discard(item);
      this.status.textContent = this.texts.removed.replace("{name}", label);
      this.changed();
      this.uploadNext();
      const next = this.items[index] ?? this.items[index - 1];
      const target = next ? next.row.querySelector("[data-act=remove]") : this.add.querySelector("input");
      target.focus();
    }

    move(item, by, button) {
      const from = this.items.indexOf(item);
      const to = from + by;
      if (to < 0 || to >= this.items.length) return;
      const label = this.labelOf(item);
      this.items.splice(from, 1);
      this.items.splice(to, 0, item);
      this.list.insertBefore(item.row, this.list.children[by > 0 ? to + 1 : to]);
      this.changed();
      const opposite = item.row.querySelector(`[data-act=${by > 0 ? "earlier" : "later"}]`);
      (button.disabled ? opposite : button).focus();
      this.status.textContent = this.texts.moved
        .replace("{name}", label)
        .replace("{place}", to + 1)
        .replace("{all}", this.items.length);
    }

    // The names in a draft, or those before editing: shows the ones that the server still has.
    async restore(value) {
      const wanted = splitNames(value).slice(0, this.maxFiles);
      this.wanted = wanted;
      const sent = this.items.filter((item) => item.state === "sent");
      for (const item of sent) if (!wanted.includes(item.name)) this.discard(item);
      this.checking = wanted.length;
      this.notify();
      const known = new Set(sent.map((item) => item.name));
      for (const name of wanted.filter((one) => !known.has(one))) {
        const address = `${this.dataset.to}/${encodeURIComponent(name)}`;
        const answer = await fetch(address, { method: "HEAD" }).catch(() => null);
        if (this.wanted !== wanted) return; // a later restore replaces this one
        if (answer?.status === 404) this.note.textContent = this.texts.gone;
        else this.addRow(this.createItem({ name, state: "sent", isNew: true }));
      }
      this.checking = 0;
      const positionOf = (item) => (item.state === "sent" ? wanted.indexOf(item.name) : wanted.length);
      this.items.sort((one, other) => positionOf(one) - positionOf(other));
      this.list.append(...this.items.map((item) => item.row));
      this.changed();
    }

    names() {
      const sent = this.items.filter((item) => item.state === "sent");
      return sent.map((item) => item.name).join(",");
    }

    count(state) {
      return this.items.filter((item) => item.state === state).length;
    }

    isUploading() {
      return this.count("waiting") + this.count("sending") > 0;
    }

    changed() {
      this.updateOrder();
      this.input.value = this.names();
      this.input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: OWN }));
      this.notify();
    }

    notify() {
      const sending = Math.max(this.checking, this.count("waiting") + this.count("sending"));
      const detail = { names: this.names(), sending, failed: this.count("failed") };
      this.dispatchEvent(new CustomEvent("files", { detail }));
    }
  }

  gs.files.areUploading = () => [...document.querySelectorAll("gs-files")].some((field) => field.isUploading());
  customElements.define("gs-files", FileField);
})();
