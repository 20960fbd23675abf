package inbox

import (
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"time"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("inbox").Funcs(template.FuncMap{
	"when": func(at int64) string { return time.Unix(at, 0).Format("2 Jan 15:04:05") },
}).Parse(pageText))

// policy lets a page show nothing but itself. A mail's HTML sits in a
// sandboxed frame: no scripts, no forms, no address of ours, no way out.
const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"

// showList shows the mails, newest first.
func (in *Inbox) showList(w http.ResponseWriter, _ *http.Request) {
	emails := in.Emails()
	slices.Reverse(emails)
	render(w, "list", emails)
}

// showMail shows one mail.
func (in *Inbox) showMail(w http.ResponseWriter, r *http.Request) {
	for _, e := range in.Emails() {
		if e.MessageID == r.PathValue("id") {
			render(w, "mail", e)
			return
		}
	}
	http.NotFound(w, r)
}

func render(w http.ResponseWriter, name string, data any) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	// The client may be gone; nobody is left to tell.
	_ = page.ExecuteTemplate(w, name, data)
}
