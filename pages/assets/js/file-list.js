// The list of files in a form, as it is drawn: a row per file with preview, name, progress and buttons. The element
// that extends it (file-field.js) has `items` and `texts`, and implements retry, remove and move.
(() => {
  const MEGABYTE = 1e6;

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  class FileListView extends HTMLElement {
    icon(name) {
      const frame = make("span", { class: "q-icon", "aria-hidden": "true" });
      frame.innerHTML = '<svg viewBox="0 0 24 24"><use></use></svg>';
      frame.querySelector("use").setAttribute("href", this.icons[name]);
      return frame;
    }

    labelOf(item, withFileName = true) {
      if (item.isUnknownType) return item.file.name;
      const kind = item.isVideo ? this.texts.video : this.texts.photo;
      const label = kind.replace("{n}", this.items.indexOf(item) + 1);
      return withFileName && item.file ? `${label} (${item.file.name})` : label;
    }

    addRow(item) {
      item.preview ||= item.name && !item.isVideo ? `${this.dataset.to}/${item.name}/small` : "";
      item.row = make("li", { class: "gs-sent-one" });
      this.list.append(item.row);
      this.drawRow(item);
    }

    // `note`: what is shown beside the progress bar before the upload makes progress.
    drawRow(item, note) {
      const { row, state } = item;
      if (state === "sending" && !note && row.querySelector("[role=progressbar]")) {
        this.drawProgress(item);
        return;
      }
      const hadFocus = row.contains(document.activeElement);
      row.className = `gs-sent-one gs-sent--${state}`;
      row.replaceChildren(this.preview(item), this.description(item, note), this.actions(item));
      if (state === "sending" && !note) this.drawProgress(item);
      this.updateOrder();
      if (hadFocus) row.querySelector("[data-act=retry], [data-act=cancel], [data-act=remove]").focus();
    }

    description(item, note = "") {
      const { file, state, isUnknownType } = item;
      const marker = make("span", { class: "gs-sent-first" }, this.icon("star"), this.texts.first);
      const description = make("div", { class: "gs-sent-what" }, make("strong", { class: "gs-sent-name" }), marker);
      if (file && state !== "sent" && !isUnknownType) {
        description.append(make("span", { class: "gs-meta gs-sent-file" }, file.name));
      }
      if (state === "waiting") description.append(make("span", { class: "gs-meta" }, this.texts.waiting));
      if (state === "sending") {
        const range = { "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": file.name };
        description.append(
          make("div", { class: "gs-bar", role: "progressbar", ...range }, make("span")),
          make("span", { class: "gs-meta gs-bar-words" }, note),
        );
      }
      if (state === "failed") {
        const message = make("span", {}, item.message);
        description.append(make("p", { class: "gs-errmsg", role: "alert" }, this.icon("error"), message));
      }
      return description;
    }

    actions(item) {
      const { state } = item;
      const actions = make("div", { class: "gs-sent-acts" });
      if (state === "failed" && item.canRetry) {
        actions.append(this.button("retry", "refresh", () => this.retry(item)));
      } else if (state === "sent") {
        actions.append(
          this.button("earlier", "arrow_upward", (button) => this.move(item, -1, button)),
          this.button("later", "arrow_downward", (button) => this.move(item, 1, button)),
        );
      }
      const isUnderWay = state === "sending" || state === "waiting";
      actions.append(this.button(isUnderWay ? "cancel" : "remove", "close", () => this.remove(item)));
      return actions;
    }

    drawProgress(item) {
      const total = item.total || 1;
      const percent = Math.min(100, Math.round((item.loaded / total) * 100));
      const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
      const sending = this.texts.sending
        .replace("{done}", format.format(item.loaded / MEGABYTE))
        .replace("{total}", format.format(total / MEGABYTE));
      const text = percent === 100 ? this.texts.ending : sending;
      const bar = item.row.querySelector("[role=progressbar]");
      bar.setAttribute("aria-valuenow", percent);
      bar.setAttribute("aria-valuetext", text);
      bar.firstChild.style.width = `${percent}%`;
      item.row.querySelector(".gs-bar-words").textContent = text;
    }

    preview(item) {
      const frame = make("div", { class: "gs-sent-look" });
      if (item.isVideo && item.name) frame.append(this.videoPreview(item));
      else if (item.preview) {
        const image = make("img", { src: item.preview, alt: "" });
        image.onerror = () => image.replaceWith(this.icon("image"));
        frame.append(image);
      } else frame.append(this.icon(item.isVideo ? "movie" : "attach_file"));
      return frame;
    }

    videoPreview(item) {
      const hidden = { "aria-hidden": "true", tabindex: "-1" };
      const source = { preload: "metadata", src: `${this.dataset.to}/${item.name}#t=0.1` };
      const video = make("video", { muted: "", playsinline: "", ...hidden, ...source });
      video.muted = true;
      video.onerror = () => video.replaceWith(this.icon("movie"));
      return video;
    }

    button(action, symbol, onClick) {
      const attributes = { class: `q-btn gs-btn gs-sm gs-sent-${action}`, "data-act": action };
      const label = make("span", {}, this.texts[action]);
      const button = make("button", { type: "button", ...attributes }, this.icon(symbol), label);
      button.addEventListener("click", () => onClick(button));
      return button;
    }

    // Updates what depends on the order: numbers, disabled buttons, the mark of the picture that lists show.
    updateOrder() {
      const first = this.items.find((item) => !item.isVideo && item.state === "sent");
      this.items.forEach((item, index) => {
        const { row } = item;
        if (!row?.firstChild) return;
        row.querySelector(".gs-sent-name").textContent = this.labelOf(item, false);
        row.querySelector(".gs-sent-first").hidden = item !== first || !this.texts.first;
        for (const button of row.querySelectorAll("[data-act]")) {
          button.setAttribute("aria-label", `${this.texts[button.dataset.act]}: ${this.labelOf(item)}`);
        }
        const earlier = row.querySelector("[data-act=earlier]");
        const later = row.querySelector("[data-act=later]");
        if (!earlier) return;
        earlier.hidden = later.hidden = this.items.length < 2;
        earlier.disabled = index === 0;
        later.disabled = index === this.items.length - 1;
      });
      this.buttons.hidden = this.items.length >= this.maxFiles;
      this.list.hidden = !this.items.length;
    }
  }

  Object.assign(gs.files, { FileListView, make });
})();
