package acceptance

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sallyport/local/api"
	"sallyport/local/inbox"
	"sallyport/local/stack"
	"sallyport/shared/totp"
)

// World is a stack that runs for one test, and what a test does with it. Its
// methods fail the test when something does not answer.
type World struct {
	URL, InboxURL string
	// Platform calls with a key of all scopes and tenants.
	Platform api.Client

	// State is the stack's state folder; it holds the file env.
	State string

	t *testing.T
	// suffix makes ids and addresses of this test its own: real parts are
	// shared by all tests.
	suffix string
}

// Start starts a stack for t and stops it at the end of t.
func Start(t *testing.T) *World {
	t.Helper()
	suffix := strings.ToLower(rand.Text()[:10])
	o := stack.Options{Root: "../..", State: t.TempDir(), Store: stack.StoreMemory, Log: io.Discard}
	if db, ses := os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), os.Getenv("AWS_ENDPOINT_URL_SESV2"); db != "" && ses != "" {
		o.Store, o.DynamoDB, o.SES, o.Table = stack.StoreDynamoDB, db, ses, "acceptance-"+suffix
	}
	s, err := stack.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &World{
		URL: s.URL, InboxURL: s.InboxURL, State: o.State, t: t, suffix: suffix,
		Platform: api.Client{URL: s.URL, Bearer: s.APIKey.Reveal(), HTTP: checked(t)},
	}
}

// ID makes an id that only this test has.
func (w *World) ID(name string) string { return name + "-" + w.suffix }

// Address makes a mail address that only this test has.
func (w *World) Address(name string) string { return name + "@" + w.suffix + ".example" }

// Person calls with a person's token.
func (w *World) Person(token string) api.Client { return w.Platform.With(token) }

// Call sends a request and fails the test unless the answer has the status
// that is wanted.
func (w *World) Call(c api.Client, want int, method, path string, body any, headers ...api.Header) api.Answer {
	w.t.Helper()
	a, err := c.Do(w.t.Context(), method, path, body, headers...)
	if err != nil {
		w.t.Fatal(err)
	}
	if a.Status != want {
		w.t.Fatalf("%s %s: %d %s %s, want %d", method, path, a.Status, a.Text("code"), a.Text("detail"), want)
	}
	return a
}

// Now is the stack's time.
func (w *World) Now() time.Time {
	w.t.Helper()
	now, err := w.Platform.Now(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return now
}

// Advance moves the stack's clock forward.
func (w *World) Advance(d time.Duration) {
	w.t.Helper()
	w.Call(w.Platform.With(""), 200, "POST", "/local/clock", map[string]string{"advance": d.String()})
}

// Code is what an authenticator app shows now, from oathtool: a second opinion
// beside our own code. Only a developer's machine may do without it.
func (w *World) Code(key string) string {
	w.t.Helper()
	now := w.Now()
	if _, err := exec.LookPath("oathtool"); err != nil && os.Getenv("CI") != "true" {
		code, err := api.Code(key, now)
		if err != nil {
			w.t.Fatal(err)
		}
		return code
	}
	out, err := exec.CommandContext(w.t.Context(), "oathtool", "--totp", "--base32", "--now", now.Format(time.RFC3339), key).Output()
	if err != nil {
		w.t.Fatalf("oathtool (apt-get install oathtool): %v", err)
	}
	return strings.TrimSpace(string(out))
}

// NextCode moves the clock to the next time step and returns its code: a code
// counts once.
func (w *World) NextCode(key string) string {
	w.t.Helper()
	w.Advance(totp.Period * time.Second)
	return w.Code(key)
}

// mailLimit is how long a mail may take until it is in the inbox.
const mailLimit = 15 * time.Second

// Mail waits for the newest mail of a kind to an address.
func (w *World) Mail(to, kind string) inbox.Email {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), mailLimit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if found := w.Mails(to, kind); len(found) > 0 {
			return found[len(found)-1]
		}
		select {
		case <-ctx.Done():
			w.t.Fatalf("no mail %q came within %v", kind, mailLimit)
		case <-tick.C:
		}
	}
}

// Mails lists the mails of a kind to an address that are there now, oldest
// first.
func (w *World) Mails(to, kind string) []inbox.Email {
	w.t.Helper()
	a, err := api.Client{URL: w.InboxURL}.Must(w.t.Context(), "GET", "/store", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	var store struct{ Emails []inbox.Email }
	if err := json.Unmarshal(a.Body, &store); err != nil {
		w.t.Fatal(err)
	}
	var found []inbox.Email
	for _, e := range store.Emails {
		if e.Kind() == kind && len(e.Destination.To) == 1 && e.Destination.To[0] == to {
			found = append(found, e)
		}
	}
	return found
}
