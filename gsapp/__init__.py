"""GoodServices: the application. It knows nothing of pages; `pages` and `gsapp.api` call it."""
