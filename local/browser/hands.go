package browser

import (
	"strconv"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take for one step.
const patience = 15 * time.Second

// Wait waits until a JavaScript expression is true. The page may be replaced
// meanwhile.
func (b *Tab) Wait(expression string) {
	b.t.Helper()
	b.Until(expression, func() bool {
		is, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression))
		return err == nil && is
	})
}

// Until waits until a condition holds. what says which.
func (b *Tab) Until(what string, holds func() bool) {
	b.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			b.Shot("failed")
			b.t.Fatalf("waiting for %s; the page says:\n%s", what, b.Text("main"))
		}
	}
}

// Text returns what a person can read in the first element of a CSS selector.
func (b *Tab) Text(selector string) string {
	b.t.Helper()
	return Eval[string](b, "document.querySelector("+strconv.Quote(selector)+").innerText")
}

// Press presses keys one after the other: text, or what package kb names.
func (b *Tab) Press(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		b.do(chromedp.KeyEvent(key))
	}
}

// Click clicks the first element of a CSS selector.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// Size gives the page so many CSS pixels.
func (b *Tab) Size(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

// Dark switches between the dark and the light scheme.
func (b *Tab) Dark(on bool) {
	b.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.t.Fatal(err)
	}
}

// Eval returns the value of a JavaScript expression; a promise is awaited.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%v in %.200s", err, expression)
	}
	return value
}

// Scripts switches the pages' own scripts off or on, from the next page on.
func (b *Tab) Scripts(on bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		b.t.Fatal(err)
	}
}
