package browser

import (
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// reportViolations runs in every page before its own scripts.
const reportViolations = `addEventListener("securitypolicyviolation", (e) =>
	console.error("policy broken: " + e.violatedDirective + " by " + (e.blockedURI || e.sourceFile)));`

// watch notes what a page does. It runs between two messages of the browser
// and must be quick.
func (b *Tab) watch(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		b.faults = append(b.faults, text)
	case *runtime.EventConsoleAPICalled:
		// Our pages write nothing to the console at all.
		text := "console." + string(e.Type)
		for _, arg := range e.Args {
			text += " " + string(arg.Value)
		}
		b.faults = append(b.faults, text)
	case *log.EventEntryAdded:
		// A refusal by the API shows up here as a failed request; that is no
		// fault of the page.
		if e.Entry.Source != log.EntrySourceNetwork {
			b.faults = append(b.faults, string(e.Entry.Source)+": "+e.Entry.Text)
		}
	}
}
