package twofactor_test

import (
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// The address comes from a header of the person's browser in the end.
func TestTheTrailTakesNothingButAnAddressForTheAddressOfALogin(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	for sent, want := range map[string]string{
		"198.51.100.7":                      "198.51.100.7",
		"2001:DB8::1":                       "2001:db8::1",
		"::ffff:198.51.100.7":               "198.51.100.7",
		"fe80::1%http://evil.example":       "fe80::1",
		"198.51.100.7, 203.0.113.9":         "",
		"http://evil.example/click":         "",
		strings.Repeat("9", 30_000):         "",
		"198.51.100.7\r\nForwarded: for=me": "",
	} {
		w.pass(time.Second)
		answer, err := w.verify.Login(w.ctx, w.platform(), "acme", twofactor.LoginInput{
			User: twofactor.LoginUser{ID: "root"}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword},
			Client: twofactor.ClientInfo{IP: sent},
		})
		w.ok(err)
		if answer.Assertion == "" {
			t.Fatalf("%.40q keeps the person out", sent)
		}
		w.pump()
		events, _, err := twofactor.NewEvents(w.deps).List(w.ctx, w.platform(), "acme", twofactor.EventQuery{Limit: 1})
		w.ok(err)
		if got := events[0]; got.Type != twofactor.EventLoginAllowed || got.IP != want {
			t.Errorf("%.40q: %s from %.40q", sent, got.Type, got.IP)
		}
	}
}
