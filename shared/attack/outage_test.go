package attack

import (
	"context"
	"testing"
	"time"

	"sallyport/shared/httpapi"
	"sallyport/shared/twofactor"
)

// AV-08: who cannot be recognised, or whose right cannot be read, is not let
// through, by no route and for no kind of failure.
func TestAV08WithoutTheRecordsNobodyIsAllowedAnything(t *testing.T) {
	for name, away := range map[string]error{"an error": twofactor.ErrStore, "a time-out": context.DeadlineExceeded} {
		w := newTown(t)
		tokens := w.tokens()
		delete(tokens, "key")
		commits := w.store.Commits()
		w.store.OnLoad(func([]twofactor.Want) error { return away })
		refused := func(r reply, line, when string) {
			if r.status != 503 || r.text("code") != "unavailable" {
				t.Errorf("%s, %s, %s: %d %s", name, line, when, r.status, r.body)
			}
		}
		for _, r := range rights() {
			// What a key may do it may do for a minute without being read.
			if method := r.line[:3]; r.scope != "" && r.scope != twofactor.ScopeKeys && method != "PUT" {
				refused(w.send(r.in("acme"), w.apiKey, r.body, w.acting("root", 0)...), r.line, "with a key that is known")
			}
		}
		w.pass(61 * time.Second)
		for _, r := range rights() {
			refused(w.send(r.in("acme"), w.apiKey, r.body, w.acting("root", 0)...), r.line, "with a key that is read")
		}
		for _, route := range httpapi.Routes() {
			if route.Credential != httpapi.CredentialPerson {
				continue
			}
			for kind, token := range tokens {
				refused(w.send(route.Key(), token, personBodies[route.Key()]), route.Key(), "with a "+kind+" token")
			}
		}
		if w.store.Commits() != commits {
			t.Errorf("%s: something was written", name)
		}
	}
}
