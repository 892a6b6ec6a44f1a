// Upload of one photo or video: resizes large photos, reports progress, retries with increasing delays.
(() => {
  const RESIZABLE = "image/jpeg";
  const MAX_SIDE = 2048; // px; more than any screen of a neighbour shows
  const RESIZE_ABOVE = 1e6; // bytes; smaller photos are sent as they are
  const QUALITY = 0.86;
  const STALL_TIMEOUT = 45000; // ms without a single byte: the connection is lost, even if the browser reports none
  const TEMPORARY = [500, 502, 503, 504]; // the server is busy, or restarting
  const RETRY_DELAYS = [1000, 2000, 4000, 8000]; // ms
  const NAME = /^[0-9a-f]{32}\.[a-z0-9]+$/;
  const MAX_MESSAGE = 300; // characters

  const canResize = (file) => gs.files.typeOf(file) === RESIZABLE;

  // Phones take photos of 8 MB, and mobile data is expensive. A photo that cannot be resized is sent as it is.
  async function resized(file) {
    if (!canResize(file) || file.size < RESIZE_ABOVE) return file;
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, RESIZABLE, QUALITY));
      return blob && blob.size < file.size ? blob : file;
    } catch {
      return file;
    }
  }

  function nameIn(text) {
    try {
      const { filename } = JSON.parse(text);
      return NAME.test(filename) ? filename : "";
    } catch {
      return ""; // the sign-in page of a Wi-Fi network, for example
    }
  }

  // The server's own message, if it sent one.
  function messageIn(request) {
    const isText = /^text\/plain/.test(request.getResponseHeader("Content-Type"));
    return isText ? request.responseText.slice(0, MAX_MESSAGE) : "";
  }

  // Calls `progress(loaded, total)`, `retrying()` before each retry, and at the end `done(name)` or
  // `failed(reason, message)`, where reason is big, lost, ended, refused or trouble. Returns a function that cancels;
  // then nothing more is called.
  function send(file, url, maxBytes, { progress, retrying, done, failed }) {
    const body = new FormData();
    let [request, isOver, timer, retries] = [null, false, 0, 0];

    function end(callback, ...values) {
      clearTimeout(timer);
      if (isOver) return;
      isOver = true;
      callback(...values);
    }

    function retryOrFail(reason, message, isTemporary) {
      if (isOver || !isTemporary || retries === RETRY_DELAYS.length) {
        end(failed, reason, message);
        return;
      }
      clearTimeout(timer);
      retrying();
      timer = setTimeout(attempt, RETRY_DELAYS[retries++]);
    }

    // Where the page itself is disconnected, its reconnection triggers the retry.
    function lost() {
      retryOrFail("lost", "", navigator.onLine && window.socket?.connected);
    }

    function restartTimer() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        request.abort();
        lost();
      }, STALL_TIMEOUT);
    }

    function answered() {
      const { status, responseText } = request;
      const name = status === 200 && nameIn(responseText);
      if (name) end(done, name);
      else if (status === 401)
        end(failed, "ended"); // the server's message would not fit a form that is open
      else retryOrFail(status === 400 ? "refused" : "trouble", messageIn(request), TEMPORARY.includes(status));
    }

    function attempt() {
      request = new XMLHttpRequest();
      request.upload.onprogress = ({ loaded, total }) => {
        if (isOver) return;
        restartTimer();
        progress(loaded, total);
      };
      request.onerror = lost;
      request.onload = answered;
      request.open("POST", url);
      restartTimer();
      request.send(body);
    }

    async function start() {
      const content = await resized(file);
      if (isOver) return;
      if (content.size > maxBytes) {
        end(failed, "big");
        return;
      }
      body.append("file", content, file.name);
      attempt();
    }

    start();
    return () => {
      isOver = true;
      clearTimeout(timer);
      request?.abort();
    };
  }

  gs.upload = { send, canResize };
})();
