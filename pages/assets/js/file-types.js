// File types that can be uploaded. The server decides; what is checked in the browser saves the reader a refusal.
(() => {
  const PICTURES = ["image/jpeg", "image/png", "image/webp", "image/gif"];
  const ACCEPTED = [...PICTURES, "video/mp4", "video/webm", "video/quicktime"];
  const BY_EXTENSION = {
    jpg: "image/jpeg",
    jpeg: "image/jpeg",
    png: "image/png",
    webp: "image/webp",
    gif: "image/gif",
    mp4: "video/mp4",
    webm: "video/webm",
    mov: "video/quicktime",
  };

  // Some devices report no type for what they have recorded themselves, or image/jpg.
  function typeOf(file) {
    if (ACCEPTED.includes(file.type)) return file.type;
    return BY_EXTENSION[file.name.split(".").pop().toLowerCase()] ?? file.type;
  }

  gs.files = { PICTURES, ACCEPTED, typeOf };
})();
