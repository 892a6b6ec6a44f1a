// Plain HTML forms: a GET form becomes a client-side navigation, a POST form is submitted by the browser.
(() => {
  const TIMEOUT = 8000; // ms; no answer arrived
  let submitting = false; // the answer to a POST decides which page comes next

  function startSubmitting() {
    submitting = true;
    setTimeout(() => {
      submitting = false;
    }, TIMEOUT);
  }

  const signsOut = (form) => form.matches("[action='/auth/logout']");

  function submit(form) {
    gs.unsaved.clear();
    if (form && signsOut(form)) gs.drafts.discardAll();
    startSubmitting();
    form?.submit();
  }

  function submitPost(event, form) {
    for (const field of form.querySelectorAll("[data-here]")) field.value = location.pathname + location.search;
    // A change of language or text size reloads the same page, and the drafts restore what was typed.
    const keepsInput = form.closest("[data-guard]") || (gs.drafts.areSaved() && !signsOut(form));
    if (!gs.unsaved.isDirty() || keepsInput) {
      gs.unsaved.clear();
      if (signsOut(form)) gs.drafts.discardAll();
      startSubmitting();
      return;
    }
    event.preventDefault();
    gs.unsaved.confirm(() => submit(form));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if (form.method === "post") {
      submitPost(event, form);
      return;
    }
    const url = new URL(form.action, location.href);
    if (!gs.navigation.isPage(url)) return;
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
    gs.unsaved.confirm(() => gs.navigation.go(url.pathname + (query.size ? `?${query}` : "")));
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-autosubmit]")) event.target.form?.requestSubmit();
  });

  gs.forms = { submit: (id) => submit(document.getElementById(id)), isSubmitting: () => submitting };
})();
