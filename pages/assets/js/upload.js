// One photo or video on its way to the server.
(() => {
  const SHRINKS = "image/jpeg";
  const SIDE = 2048;       // px; more than any screen of a neighbour shows
  const WORTH_IT = 1e6;    // bytes; smaller photos are sent as they are
  const SILENCE = 45000;   // ms without a single byte: the connection is gone, whatever the browser believes
  const PASSING = [500, 502, 503, 504];  // the site is busy, or just being started anew
  const PAUSES = [1000, 2000, 4000, 8000];  // ms before each further try
  const NAME = /^[0-9a-f]{32}\.[a-z0-9]+$/;

  // Photos of today's phones have 8 MB, and mobile data is dear. What cannot be made smaller goes as it is.
  async function smaller(file) {
    if (!gsShrinks(file) || file.size < WORTH_IT) return file;
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      const blob = await new Promise((done) => canvas.toBlob(done, SHRINKS, 0.86));
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
      return "";  // the sign-in page of somebody's Wi-Fi, say
    }
  }

  window.gsShrinks = (file) => gsTypeOf(file) === SHRINKS;

  // Calls back `moved(loaded, total)`, `trying()` before it tries once more by itself, and at the end `arrived(name)` or
  // `failed(why, words)`, where why is big, lost, ended, refused or trouble, and words are the server's, if it said any.
  // Returns what stops it; then nobody is called.
  window.gsUpload = (file, to, most, { moved, trying, arrived, failed }) => {
    const body = new FormData();
    let [request, over, watch, tries] = [null, false, 0, 0];
    const end = (then, ...said) => { clearTimeout(watch); if (!over) { over = true; then(...said); } };

    function stumble(why, words, passing) {
      if (over || !passing || tries === PAUSES.length) { end(failed, why, words); return; }
      clearTimeout(watch);
      trying();
      watch = setTimeout(send, PAUSES[tries++]);
    }

    function send() {
      // Where the page itself has no connection, whoever waits for that one knows when to go on.
      const lost = () => stumble("lost", "", navigator.onLine && window.socket?.connected);
      const wait = () => { clearTimeout(watch); watch = setTimeout(() => { request.abort(); lost(); }, SILENCE); };
      request = new XMLHttpRequest();
      request.upload.onprogress = ({ loaded, total }) => { if (!over) { wait(); moved(loaded, total); } };
      request.onerror = lost;
      request.onload = () => {
        const { status, responseText } = request;
        const name = status === 200 && nameIn(responseText);
        const words = /^text\/plain/.test(request.getResponseHeader("Content-Type")) ? responseText.slice(0, 300) : "";
        if (name) end(arrived, name);
        else if (status === 401) end(failed, "ended");  // the server does not know that a form is waiting here
        else stumble(status === 400 ? "refused" : "trouble", words, PASSING.includes(status));
      };
      request.open("POST", to);
      wait();
      request.send(body);
    }

    (async () => {
      const small = await smaller(file);
      if (over) return;
      if (small.size > most) { end(failed, "big"); return; }
      body.append("file", small, file.name);
      send();
    })();
    return () => { over = true; clearTimeout(watch); request?.abort(); };
  };
})();
