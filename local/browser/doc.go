// Package browser drives Chromium in tests of the hosted pages: it opens pages,
// presses keys, takes pictures, runs axe, and watches what no page may do: break
// its Content-Security-Policy, throw, or call another host.
package browser
