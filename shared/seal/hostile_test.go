package seal_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

func TestHugeAndHostileTokensAreRefusedBeforeTheyAreParsed(t *testing.T) {
	s := newStand(t)
	for _, token := range hostile() {
		allocated := testing.AllocsPerRun(3, func() {
			_, err := s.OpenToken(ctx, token, kinds...)
			wantBad(t, err)
		})
		if allocated > 100 {
			t.Errorf("a token of %d bytes takes %.0f allocations", len(token), allocated)
		}
	}
	if s.root.calls+s.table.loads != 0 {
		t.Error("a hostile token made calls")
	}
}

// hostile lists what JW-06 names, and some more.
func hostile() []twofactor.Secret {
	var all []twofactor.Secret
	for _, token := range []string{
		strings.Repeat(".", 1<<20),
		strings.Repeat("a.", 1_000_000),
		strings.Repeat("a", 1<<20) + ".b.c",
		strings.Repeat("a", 1<<20) + ".b.c.d.e",
		"..", "....", "{}", `{"protected":"e30","payload":"","signature":""}`, "\x00", "é.é.é",
		base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("[", 5000))) + ".e30.e30",
		base64.RawURLEncoding.EncodeToString([]byte(`"text"`)) + ".e30.e30",
		base64.RawURLEncoding.EncodeToString([]byte("null")) + ".e30.e30",
	} {
		all = append(all, twofactor.Secret(token))
	}
	return all
}

func FuzzNoTextIsAToken(f *testing.F) {
	for _, token := range hostile() {
		if len(token) < 1<<14 {
			f.Add(token.Reveal())
		}
	}
	s := newStand(f)
	sealed, err := s.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLogin})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed.Reveal())
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := s.OpenToken(ctx, twofactor.Secret(token), kinds...); err == nil && token != sealed.Reveal() {
			t.Error("a text that we did not make is a token")
		}
		if _, err := s.ReadAssertion(ctx, twofactor.Secret(token)); err == nil {
			t.Error("a text that we did not make is an assertion")
		}
	})
}
